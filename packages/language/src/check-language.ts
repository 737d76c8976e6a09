import { checkAgency, checkStream } from './check-descriptions.ts'
import { checkEventType } from './check-event-types.ts'
import { isJsonObject, ownText, type JsonObject } from './json.ts'
import type { LanguageFiles } from './language-files.ts'
import { camelCase } from './names.ts'
import { parseLanguage, type ParsedFile, type ParsedLanguage } from './parse-language.ts'
import type { Finding, Problem } from './problem.ts'
import { walkSchema } from './schema-walk.ts'
import { transliterated } from './transliterate.ts'

const longestTopic = 249

/** Checks a whole language: every problem in every file, by file. Never throws. */
export function checkLanguage(files: LanguageFiles): readonly Problem[] {
  return checkParsed(parseLanguage(files))
}

/** Checks a language that has been parsed. */
export function checkParsed(parsed: ParsedLanguage): readonly Problem[] {
  const streams = new Map(parsed.streams.map((file) => [`${file.agency}/${file.stream}`, file.content]))
  const problems = [
    ...parsed.problems,
    ...parsed.agencies.flatMap((file) => located(file, [...checkFolder(file.agency), ...checkAgency(file.content)])),
    ...parsed.streams.flatMap((file) => located(file, [...checkTopic(file), ...checkStream(file.content)])),
    ...parsed.schemas.flatMap((file) => located(file, checkEventType(file, objectOr(streams.get(streamKey(file)))))),
    ...checkNamesOnce(parsed),
  ]
  return problems.toSorted((left, right) => (left.file < right.file ? -1 : left.file > right.file ? 1 : 0))
}

function streamKey(file: ParsedFile): string {
  return `${file.agency}/${file.stream}`
}

function objectOr(content: unknown): JsonObject | undefined {
  return isJsonObject(content) ? content : undefined
}

function located({ file }: ParsedFile, findings: readonly Finding[]): readonly Problem[] {
  return findings.map((finding) => ({ file, ...finding }))
}

function checkTopic({ agency, stream }: ParsedFile): readonly Finding[] {
  const topic = `${agency}.${stream}`
  if (topic.length <= longestTopic) return checkFolder(stream)
  const message = `The topic "${topic.slice(0, 40)}…" would have ${topic.length} characters, and Kafka takes ${longestTopic}. Give the folder a shorter name.`
  return [{ field: '', rule: 'topic-too-long', message }]
}

/** Folder names become names of topics, namespaces and constants. */
function checkFolder(name: string): readonly Finding[] {
  if (/^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)) return []
  const plain = transliterated(name)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-\d]+|-+$/g, '')
  const message = `The folder "${name}" names topics and namespaces: small letters a–z, digits and single hyphens, no æ, ø, å (write ae, oe, aa). Rename it, e.g. "${plain}".`
  return [{ field: '', rule: 'folder-name', message }]
}

interface Owner {
  readonly file: string
  readonly field: string
  /** The same text for the same definition in the same stream, which may stand in several files. */
  readonly definition: string
}

/** Services import event types, their parts and streams by name alone, so every such name means one thing. */
function checkNamesOnce(parsed: ParsedLanguage): readonly Problem[] {
  const owners = new Map<string, Owner>()
  const problems: Problem[] = []
  for (const file of parsed.streams) {
    claim(camelCase(`${file.agency}.${file.stream}`), { file: file.file, field: '', definition: file.file })
  }
  for (const file of parsed.schemas) {
    for (const visit of walkSchema(file.content).visits) {
      if (visit.kind !== 'record' && visit.kind !== 'enum' && visit.kind !== 'fixed') continue
      const name = ownText(visit.node, 'name')
      if (name === undefined) continue
      const definition = visit.top ? file.file : `${streamKey(file)} ${JSON.stringify(visit.node)}`
      const isFree = claim(name, { file: file.file, field: visit.path, definition })
      if (visit.top && isFree) claim(camelCase(name), { file: file.file, field: '', definition: file.file })
    }
  }
  return problems

  function claim(name: string, owner: Owner): boolean {
    const first = owners.get(name)
    if (first === undefined) owners.set(name, owner)
    else if (first.definition !== owner.definition && first.file !== owner.file) {
      const message = `The name "${name}" already means something else in ${first.file}. Choose a name that says more; within a stream, the same definition may stand in several files.`
      problems.push({ file: owner.file, field: owner.field, rule: 'name-twice', message })
    }
    return owners.get(name) === owner
  }
}
