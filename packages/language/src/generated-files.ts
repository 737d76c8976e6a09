import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generate } from './generate.ts'
import { readLanguage } from './read-language.ts'

/** A generated file that is not what the language says. */
export interface StaleFile {
  /** Relative to the language's folder, e.g. `src/nav/layoffs.ts`. */
  readonly file: string
  readonly why: 'missing' | 'differs' | 'left over'
}

/** Names the generated files that are not what the language says now; empty where all is fresh. Throws `language-invalid`. */
export async function staleFiles(folder: string): Promise<readonly StaleFile[]> {
  const wanted = generate(await readLanguage(folder))
  const present = await generatedFiles(folder, 'src')
  const stale: StaleFile[] = []
  for (const [file, text] of wanted) {
    if (!present.includes(file)) stale.push({ file, why: 'missing' })
    else if ((await readFile(join(folder, file), 'utf8')) !== text) stale.push({ file, why: 'differs' })
  }
  const leftOver = present.filter((file) => !wanted.has(file)).map((file) => ({ file, why: 'left over' as const }))
  return [...stale, ...leftOver]
}

/** Writes what the language says, takes away what is left over, and tells which files that changed. */
export async function writeGenerated(folder: string): Promise<readonly StaleFile[]> {
  const wanted = generate(await readLanguage(folder))
  const stale = await staleFiles(folder)
  for (const { file } of stale) {
    const text = wanted.get(file)
    if (text === undefined) {
      await rm(join(folder, file))
    } else {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
  }
  return stale
}

async function generatedFiles(folder: string, path: string): Promise<readonly string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true, recursive: true }).catch(
    (error: unknown) => {
      // No generated file yet is a stale language, not a failure.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    },
  )
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .sort()
}
