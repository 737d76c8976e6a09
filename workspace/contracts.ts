import { spawnSync } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

// Says whether the published language still keeps what it said at the commit that this change begins from:
// SAMSPILL_BASE where it is set, else where the branch left origin/main, else the commit before this one.
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const base = process.env['SAMSPILL_BASE'] || forkPoint() || commit('HEAD^')
if (base === undefined) {
  console.log('not compared: there is no earlier commit here (a first commit, a shallow clone, or no clone at all)')
} else {
  const command = ['packages/cli/src/main.ts', 'schemas', 'check', '--against', base]
  const { status } = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' })
  process.exitCode = status ?? 1
}

/** Where this branch left origin/main; nothing on main itself. */
function forkPoint(): string | undefined {
  const found = git('merge-base', 'HEAD', 'origin/main')
  return found === undefined || found === commit('HEAD') ? undefined : found
}

function commit(reference: string): string | undefined {
  return git('rev-parse', '--verify', '--quiet', `${reference}^{commit}`)
}

function git(...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', words, { cwd: root, encoding: 'utf8' })
  return status === 0 && stdout.trim() !== '' ? stdout.trim() : undefined
}
