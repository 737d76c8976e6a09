import { cpSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cloneFolder } from '@samspill/local'
import { runProgram, type Outcome } from './running.ts'

/** A copy of this working tree, as somebody else would have it. Disposing of it removes it. */
export interface Clone extends AsyncDisposable {
  readonly folder: string
  write(file: string, text: string): void
  /** Runs lines of a shell as a reader would, stopping at the first that fails. */
  shell(lines: string): Promise<Outcome>
  /** Files that are new or changed since the copy was made, as git says it. */
  changes(): Promise<readonly string[]>
}

/** Copies the working tree (what git knows, and what it would add) to a folder of its own, dependencies linked. */
export async function cloneWorkingTree(environment: NodeJS.ProcessEnv): Promise<Clone> {
  const folder = mkdtempSync(join(tmpdir(), 'samspill-clone-'))
  const listed = await runProgram('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'])
  for (const file of listed.stdout.split('\0').filter((each) => each !== '')) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(cloneFolder, file), join(folder, file))
  }
  linkDependencies(folder)
  const env = { ...environment, PATH: `${join(folder, 'node_modules/.bin')}:${environment['PATH'] ?? ''}` }
  const git = async (...words: readonly string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await runProgram('git', words, { cwd: folder })
    if (exitCode !== 0) throw new Error(`git ${words.join(' ')}: ${stderr}`)
    return stdout
  }
  await git('init', '--quiet')
  await git('add', '--all')
  await git('-c', 'user.name=test', '-c', 'user.email=test@example', 'commit', '--quiet', '--message', 'As it was')
  return {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
    shell: (lines) => runProgram('bash', ['-e', '-o', 'pipefail', '-c', lines], { cwd: folder, env }),
    async changes() {
      const status = await git('status', '--porcelain', '--untracked-files=all')
      return status.split('\n').filter((line) => line !== '')
    },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Links every dependency, and the workspace's own packages to those of the copy. */
function linkDependencies(folder: string): void {
  const [from, to] = [join(cloneFolder, 'node_modules'), join(folder, 'node_modules')]
  mkdirSync(to)
  for (const name of readdirSync(from).filter((each) => !['.bin', '@samspill'].includes(each))) {
    if (!name.startsWith('.')) symlinkSync(join(from, name), join(to, name))
  }
  for (const name of ['.bin', '@samspill']) {
    mkdirSync(join(to, name))
    for (const link of readdirSync(join(from, name))) {
      symlinkSync(readlinkSync(join(from, name, link)), join(to, name, link))
    }
  }
}

/** As many ports as asked for that nobody uses now. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port)
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}
