import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cloneFolder } from './locations.ts'

/** The commit that the clone stands at, in short; with `+` where code differs from it, and `unknown` without git. */
export async function commitAtHand(): Promise<string> {
  const git = async (...words: string[]): Promise<string> =>
    (await promisify(execFile)('git', words, { cwd: cloneFolder })).stdout.trim()
  // What was measured before, and what is written of it, is no code that is measured.
  const noCode = [':!bench/results', ':!faults/results', ':!docs']
  try {
    const commit = await git('rev-parse', '--short', 'HEAD')
    const changed = await git('status', '--porcelain', '--untracked-files=no', '--', '.', ...noCode)
    return changed === '' ? commit : `${commit}+`
  } catch {
    // A clone without git, e.g. an unpacked archive, has no commit to tell.
    return 'unknown'
  }
}
