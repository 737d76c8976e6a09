import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'

/** The text of a language's files by path, e.g. `nav/layoffs/stream.yaml`; always with `/`. */
export type LanguageFiles = ReadonlyMap<string, string>

/** Folders beside the agencies' that are no agency. */
const notAgencies: ReadonlySet<string> = new Set(['src', 'test', 'node_modules', 'coverage'])

/** Reads the files of a language: everything in the agencies' folders. Throws `language-not-found`. */
export async function readLanguageFiles(folder: string): Promise<LanguageFiles> {
  const files = new Map<string, string>()
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    throw new HubError(
      'language-not-found',
      `There is no published language in ${folder}. Run the command in the workspace, where the folder "schemas" is.`,
      { cause: error },
    )
  })
  for (const entry of entries) {
    if (entry.isDirectory() && !notAgencies.has(entry.name) && !entry.name.startsWith('.')) {
      await readFolder(folder, entry.name, files)
    }
  }
  return files
}

/** Those of the paths below a language's folder (always with `/`) that `readLanguageFiles` would read. */
export function languageFilesIn(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => {
    const parts = path.split('/')
    return parts.length > 1 && !notAgencies.has(parts[0] ?? '') && !parts.some((part) => part.startsWith('.'))
  })
}

async function readFolder(root: string, path: string, files: Map<string, string>): Promise<void> {
  const entries = await readdir(join(root, path), { withFileTypes: true })
  for (const entry of entries) {
    const inner = `${path}/${entry.name}`
    if (entry.name.startsWith('.')) continue
    if (entry.isDirectory()) await readFolder(root, inner, files)
    else files.set(inner, await readFile(join(root, inner), 'utf8'))
  }
}
