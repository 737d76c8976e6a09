import { parseDocument, type Document } from 'yaml'
import { jsonSyntaxProblem } from './json-syntax.ts'
import type { LanguageFiles } from './language-files.ts'
import { suggestion } from './nearest.ts'
import type { Problem } from './problem.ts'

/** A file whose text could be read; what it holds has not been looked at. */
export interface ParsedFile {
  readonly file: string
  readonly agency: string
  /** The stream's folder; empty for an agency's own file. */
  readonly stream: string
  /** The file's name without folders. */
  readonly fileName: string
  readonly content: unknown
}

/** The files of a language by what they are, and what was wrong with the rest. */
export interface ParsedLanguage {
  readonly agencies: readonly ParsedFile[]
  readonly streams: readonly ParsedFile[]
  readonly schemas: readonly ParsedFile[]
  readonly problems: readonly Problem[]
}

/** Reads the texts as YAML and JSON, and says which files are misplaced, missing or misspelt. */
export function parseLanguage(files: LanguageFiles): ParsedLanguage {
  const agencies: ParsedFile[] = []
  const streams: ParsedFile[] = []
  const schemas: ParsedFile[] = []
  const problems: Problem[] = []
  for (const [file, text] of [...files].sort(([left], [right]) => (left < right ? -1 : 1))) {
    const parts = file.split('/')
    const fileName = parts.at(-1) ?? ''
    if (/^readme\.md$/i.test(fileName)) continue
    const place = { file, agency: parts[0] ?? '', stream: parts.length === 3 ? (parts[1] ?? '') : '', fileName }
    const into = groupOf(parts.length, fileName)
    if (typeof into === 'string') {
      problems.push({ file, field: '', rule: 'file-unexpected', message: into })
      continue
    }
    const parsed = fileName.endsWith('.avsc') ? parseJson(text) : parseYaml(text)
    if ('message' in parsed) problems.push({ file, field: '', rule: 'syntax', message: parsed.message })
    else into.push({ ...place, content: parsed.content })
  }
  problems.push(...missingFiles(files))
  return { agencies, streams, schemas, problems }

  function groupOf(depth: number, fileName: string): ParsedFile[] | string {
    if (depth === 2 && fileName === 'agency.yaml') return agencies
    if (depth === 3 && fileName === 'stream.yaml') return streams
    if (depth === 3 && fileName.endsWith('.avsc')) return schemas
    if (depth === 2 && fileName.endsWith('.avsc')) {
      return 'An event type belongs in a stream. Move the file into a folder <agency>/<stream>/.'
    }
    if (depth > 3) return 'Nothing is read this deep. Move the file to <agency>/<stream>/.'
    const wanted = depth === 2 ? ['agency.yaml'] : ['stream.yaml', fileName.replace(/\.[^.]*$/, '.avsc')]
    return `Nothing reads a file of this name. ${suggestion(fileName, wanted)}`
  }
}

function missingFiles(files: LanguageFiles): readonly Problem[] {
  const missing = new Map<string, string>()
  for (const file of files.keys()) {
    const [agency = '', stream = '', ...rest] = file.split('/')
    missing.set(`${agency}/agency.yaml`, 'name, organisationNumber, level and contact')
    if (rest.length > 0) {
      missing.set(
        `${agency}/${stream}/stream.yaml`,
        'title, description, contact, subject, partitions, retention, access and keys',
      )
    }
  }
  return [...missing]
    .filter(([file]) => !files.has(file))
    .map(([file, keys]) => ({
      file,
      field: '',
      rule: 'file-missing',
      message: `The file is missing. Write it, with ${keys}.`,
    }))
}

type Parsed = { readonly content: unknown } | { readonly message: string }

function parseJson(text: string): Parsed {
  const problem = jsonSyntaxProblem(text)
  if (problem !== undefined) return { message: `Line ${problem.line}: ${problem.message}` }
  return { content: JSON.parse(text) }
}

function parseYaml(text: string): Parsed {
  const document = parseDocument(text, { prettyErrors: true })
  const error = document.errors[0]
  if (error === undefined) return contentOf(document)
  const line = error.linePos?.[0].line ?? 1
  const sentence = (error.message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '')
  return { message: `Line ${line}: it is not YAML: ${sentence.replace(/\.$/, '')}. Put text with : or # in quotes.` }
}

function contentOf(document: Document.Parsed): Parsed {
  try {
    return { content: document.toJS({ maxAliasCount: 0 }) }
  } catch {
    // The one way a text without errors fails: an alias, which could stand for more than fits in memory.
    return { message: 'The file has a YAML alias (*). Write out what it stands for.' }
  }
}
