import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { HubError } from '@samspill/contracts'
import { languageFilesIn, type LanguageFiles } from '@samspill/language'

/** The published language as a commit holds it. */
export interface LanguageAtCommit {
  /** The commit's whole hash. */
  readonly commit: string
  readonly files: LanguageFiles
}

/**
 * Reads the published language that lies in `folder` as it was at a git reference: a branch, a tag, a commit.
 * Throws `git-reference-unknown`, `git-unavailable`, or `language-not-found` where the commit has no such folder.
 */
export async function languageAtCommit(folder: string, reference: string): Promise<LanguageAtCommit> {
  const commit = (await git(folder, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${reference}^{commit}`]))
    .output
  if (commit === '') {
    const inside = await git(folder, ['rev-parse', '--is-inside-work-tree'])
    if (inside.output !== 'true') throw unavailable('this folder is no git working copy')
    throw new HubError(
      'git-reference-unknown',
      `git knows no commit "${reference}": write a branch, a tag or a commit, e.g. origin/main. A shallow clone holds few: \`git fetch --unshallow\``,
    )
  }
  // Paths are listed relative to the folder that git runs in, which is the language's own.
  const listed = await git(folder, ['ls-tree', '-r', '-z', '--name-only', commit, '.'])
  const paths = listed.output.split('\0').filter((path) => path !== '')
  const texts = await Promise.all(
    languageFilesIn(paths).map(async (path): Promise<[string, string]> => {
      const blob = await git(folder, ['cat-file', 'blob', `${commit}:./${path}`], 'whole')
      if (blob.code !== 0) throw unavailable(`it cannot read ${path} of ${commit}`)
      return [path, blob.output]
    }),
  )
  if (texts.length === 0) {
    throw new HubError(
      'language-not-found',
      `the commit ${commit.slice(0, 12)} has no published language to compare with`,
    )
  }
  return { commit, files: new Map(texts) }
}

async function git(
  folder: string,
  words: readonly string[],
  form: 'trimmed' | 'whole' = 'trimmed',
): Promise<{ readonly code: number; readonly output: string }> {
  const child = spawn('git', words, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(unavailable('the program git cannot be started', error)))
    child.once('close', (code) => resolve(code ?? 1))
  })
  const [output, code] = await Promise.all([text(child.stdout), ended])
  return { code, output: form === 'whole' ? output : output.trim() }
}

function unavailable(why: string, cause?: unknown): HubError {
  return new HubError(
    'git-unavailable',
    `the schemas cannot be compared with an earlier commit: ${why}. Run it in a clone, or compare with what is registered: --against registry`,
    cause === undefined ? {} : { cause },
  )
}
