import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cloneFolder } from '@samspill/local'

/** A page of the documentation. */
export interface Page {
  /** Below the root, e.g. `docs/glossary.md`. */
  readonly file: string
  readonly text: string
}

/** A code block that says above itself which file it shows. */
export interface ShownFile {
  readonly page: string
  readonly file: string
  readonly text: string
}

/** All pages: the README, docs/, and the pages beside the code. */
export function allPages(): readonly Page[] {
  return [
    'README.md',
    'CONTRIBUTING.md',
    'schemas/README.md',
    'services/ingress/README.md',
    'faults/README.md',
    'faults/results/README.md',
    ...filesBelow('docs').filter((file) => file.endsWith('.md')),
  ].map(page)
}

/** One page by its path below the root. */
export function page(file: string): Page {
  return { file, text: readFileSync(join(cloneFolder, file), 'utf8') }
}

/** The code blocks of a page that follow a comment with a file's name: `<!-- path -->`. */
export function shownFiles({ file, text }: Page): readonly ShownFile[] {
  return Array.from(text.matchAll(/<!-- (\S+) -->\n\n```\w+\n([\s\S]*?\n)```/g), ([, shown = '', content = '']) => ({
    page: file,
    file: shown,
    text: content,
  }))
}

/** What a page points to on its own site, each as a path below the root and an anchor. */
export function linksOf({ file, text }: Page): readonly { readonly target: string; readonly anchor: string }[] {
  const withoutCode = text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '')
  return Array.from(withoutCode.matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#')
      return { target: path === '' ? file : join(dirname(file), path), anchor }
    })
}

/** The anchors that a page's headings have. */
export function anchorsOf({ text }: Page): readonly string[] {
  return Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  )
}

/** Every file below a folder, as paths below the root. */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(cloneFolder, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name).slice(cloneFolder.length + 1))
    .toSorted()
}
