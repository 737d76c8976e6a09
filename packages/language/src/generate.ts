import { dataForms } from './data-forms.ts'
import { topicWishes } from './topic-wish.ts'
import type { EventTypeDescription, Language, StreamDescription } from './language.ts'
import { camelCase, simpleName } from './names.ts'
import { streamsPage } from './streams-page.ts'
import { docComment, importLine, literal } from './typescript-text.ts'

const notice =
  '// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.\n'

/**
 * Writes the TypeScript of a language: paths relative to the language's folder and their text, the same for the same
 * language always. One file per stream, a catalogue of all, the door, and a page for readers.
 */
export function generate(language: Language): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const stream of language.streams) files.set(`src/${stream.agency}/${stream.id}.ts`, streamFile(stream, language))
  files.set('src/catalogue.ts', catalogueFile(language))
  files.set('src/index.ts', doorFile(language))
  files.set('src/streams.md', streamsPage(language))
  return files
}

/** The name of the constant that describes a stream, e.g. `navLayoffs`. */
function streamConstant(stream: StreamDescription): string {
  return camelCase(stream.name)
}

function eventTypesOf(stream: StreamDescription, language: Language): readonly EventTypeDescription[] {
  return language.eventTypes.filter((eventType) => eventType.stream === stream.name)
}

function streamFile(stream: StreamDescription, language: Language): string {
  const eventTypes = eventTypesOf(stream, language)
  const declared = new Set<string>()
  const imports = new Set<string>(['Stream'])
  const texts: string[] = []
  for (const eventType of eventTypes) {
    const forms = dataForms(eventType.schema)
    for (const name of forms.imports) imports.add(name)
    for (const [name, text] of forms.declarations) {
      // What several event types share stands with the first.
      if (!declared.has(name)) texts.push(text)
      declared.add(name)
    }
    texts.push(contractText(eventType, stream))
  }
  const typeNames = [...imports].sort().map((name) => `type ${name}`)
  const names = eventTypes.length === 0 ? typeNames : ['defineContract', ...typeNames]
  return [notice + importLine(names, '@samspill/contracts'), streamText(stream), ...texts].join('\n')
}

function streamText(stream: StreamDescription): string {
  const value = {
    name: stream.name,
    agency: stream.agency,
    subject: { field: stream.subject.field, kind: stream.subject.kind },
    partitions: stream.partitions,
    access: stream.access,
    keys: stream.keys,
  }
  const start = `export const ${streamConstant(stream)}: Stream = `
  return `${docComment(`${stream.title}. ${stream.description}`)}${start}${literal(value, 0, start.length)}\n`
}

function contractText(eventType: EventTypeDescription, stream: StreamDescription): string {
  const name = simpleName(eventType.type)
  const start = `export const ${camelCase(name)} = `
  return (
    `${docComment(eventType.schema.doc)}${start}defineContract<'${eventType.type}', ${name}>(\n` +
    `  '${eventType.type}',\n  ${streamConstant(stream)},\n  ${literal(eventType.schema, 2)},\n)\n`
  )
}

function catalogueFile(language: Language): string {
  const imports = language.streams.map((stream) => {
    const names = eventTypesOf(stream, language).map((eventType) => camelCase(simpleName(eventType.type)))
    return importLine([streamConstant(stream), ...names].sort(), `./${stream.agency}/${stream.id}.ts`)
  })
  const agencies = language.agencies.map(({ id, name, organisationNumber, level, contact }) => ({
    id,
    name,
    organisationNumber,
    level,
    contact,
  }))
  const topics = topicWishes(language)
  const streamNames = language.streams.map((stream) => `  ${streamConstant(stream)},\n`).join('')
  const contractNames = language.eventTypes.map(({ type }) => `  ${camelCase(simpleName(type))},\n`).join('')
  return [
    `${notice}import type { AnyContract, Stream } from '@samspill/contracts'\n${imports.join('')}`,
    `/** An organisation that publishes. */\nexport interface Agency {\n  /** The folder's name, e.g. \`nav\`. */\n` +
      '  readonly id: string\n  readonly name: string\n  readonly organisationNumber: string\n' +
      `  readonly level: 'state' | 'county' | 'municipality' | 'business' | 'voluntary'\n  readonly contact: string\n}\n`,
    '/** What the topic of a stream must be like. */\nexport interface TopicSettings {\n  readonly name: string\n' +
      '  readonly partitions: number\n' +
      '  /** How long an event is kept after the broker took it; -1 is for ever. */\n' +
      '  readonly retentionMilliseconds: number\n}\n',
    `/** Every agency of the language. */\nexport const agencies: readonly Agency[] = ${literal(agencies, 0, 999)}\n`,
    `/** Every stream of the language. */\nexport const streams: readonly Stream[] = [\n${streamNames}]\n`,
    `/** Every event type of the language. */\nexport const contracts: readonly AnyContract[] = [\n${contractNames}]\n`,
    `/** The topics of all streams. */\nexport const topics: readonly TopicSettings[] = ${literal(topics, 0, 999)}\n`,
  ].join('\n')
}

function doorFile(language: Language): string {
  const streams = language.streams.map((stream) => `export * from './${stream.agency}/${stream.id}.ts'\n`)
  return (
    `${notice}export { agencies, contracts, streams, topics, type Agency, type TopicSettings } from './catalogue.ts'\n` +
    streams.join('')
  )
}
