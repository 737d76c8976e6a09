import { checkCompatibility } from '@samspill/avro'
import { isJsonObject, ownText, type JsonObject } from '../json.ts'
import type { LanguageFiles } from '../language-files.ts'
import { parseLanguage, type ParsedFile, type ParsedLanguage } from '../parse-language.ts'
import type { Problem } from '../problem.ts'

/**
 * Says what of a published language its readers could no longer rely on after a change: event types and streams that
 * are gone, schemas that do not read each other both ways, and what a stream fixes when it is made. An empty list says
 * that nobody has to move. `earlier` may break rules that came later; only `later` is to be checked besides.
 */
export function breakingChanges(earlier: LanguageFiles, later: LanguageFiles): readonly Problem[] {
  // What could not be parsed then cannot have been registered, so nobody relies on it.
  const [before, after] = [parseLanguage(earlier), parseLanguage(later)]
  const streams = byName(after.streams, streamName)
  return [
    ...before.streams.flatMap((file) => streamChanges(file, streams.get(streamName(file)))),
    ...before.schemas.flatMap((file) => eventTypeChanges(file, after)),
  ].toSorted((one, other) => (one.file < other.file ? -1 : one.file > other.file ? 1 : 0))
}

/** What is fixed when a stream is made, and why another value is another stream. */
const fixedSettings = [
  ['partitions', 'another number sends the later events of a subject to another partition, and their order is lost'],
  ['subject', 'events about something else have another order'],
  ['keys', 'another maker of keys gives every subject a second key, and its order is lost'],
] as const

function streamChanges(before: ParsedFile, after: ParsedFile | undefined): readonly Problem[] {
  const name = streamName(before)
  if (after === undefined) {
    const message = `The stream ${name} is gone, and services may read it. Keep the folder for as long as one does.`
    return [{ file: before.file, field: '', rule: 'stream-removed', message }]
  }
  const [earlier, later] = [objectIn(before), objectIn(after)]
  return fixedSettings
    .filter(([setting]) => JSON.stringify(earlier[setting]) !== JSON.stringify(later[setting]))
    .map(([setting, why]) => ({
      file: after.file,
      field: setting,
      rule: `stream-${setting}-changed`,
      message: `It was ${wordsOf(earlier[setting])} and is ${wordsOf(later[setting])}: ${why}. Keep it, or make a new stream.`,
    }))
}

function eventTypeChanges(before: ParsedFile, after: ParsedLanguage): readonly Problem[] {
  const type = typeName(before)
  // Its stream is gone with all that is in it: that has been said.
  if (type === undefined || !after.streams.some((file) => streamName(file) === streamName(before))) return []
  const successor = after.schemas.find((file) => typeName(file) === type) ?? sameFile(before, after)
  if (successor === undefined) {
    const message = `The event type ${type} is gone, and services may read it. Keep the file for as long as one does, also beside a new event type (.v2).`
    return [{ file: before.file, field: '', rule: 'event-type-removed', message }]
  }
  return checkCompatibility(objectIn(before), objectIn(successor)).map(({ path, rule, message }) => ({
    file: successor.file,
    field: path,
    rule,
    message: message.startsWith(`${path} `) && path !== '' ? `It ${message.slice(path.length + 1)}` : message,
  }))
}

/** A record that was renamed in its file: the judgement of the schemas says it better than "gone". */
function sameFile(before: ParsedFile, after: ParsedLanguage): ParsedFile | undefined {
  return after.schemas.find((file) => file.file === before.file)
}

function byName(files: readonly ParsedFile[], nameOf: (file: ParsedFile) => string): Map<string, ParsedFile> {
  return new Map(files.map((file) => [nameOf(file), file]))
}

function streamName({ agency, stream }: ParsedFile): string {
  return `${agency}.${stream}`
}

function typeName(file: ParsedFile): string | undefined {
  const [namespace, name] = [ownText(objectIn(file), 'namespace'), ownText(objectIn(file), 'name')]
  return namespace === undefined || name === undefined ? undefined : `${namespace}.${name}`
}

function objectIn({ content }: ParsedFile): JsonObject {
  return isJsonObject(content) ? content : {}
}

function wordsOf(value: unknown): string {
  if (value === undefined) return 'not said'
  return isJsonObject(value) ? Object.values(value).join(' ') : JSON.stringify(value)
}
