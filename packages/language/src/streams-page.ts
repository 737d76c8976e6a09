import type { EventTypeDescription, Language, StreamDescription } from './language.ts'

type Field = EventTypeDescription['schema']['fields'][number]
type SchemaNode = Field['type']

/** The page that lists every stream and event type of the published language. */
export function streamsPage(language: Language): string {
  return `${[
    '# Streams and event types',
    'Generated from the published language by `samspill schemas generate`. A stream is one Kafka topic of the same name.\nThe rules behind it: [the published language](../README.md). How it lies on the wire:\n[the wire](../../docs/reference/wire.md).',
    table([
      ['stream', 'about', 'event types'],
      ...language.streams.map((stream) => [
        `[${stream.name}](#${stream.name.replaceAll('.', '')})`,
        stream.subject.kind,
        typesOf(stream, language)
          .map(({ schema }) => schema.name)
          .join(', '),
      ]),
    ]),
    ...language.streams.flatMap((stream) => streamText(stream, language)),
  ].join('\n\n')}\n`
}

function streamText(stream: StreamDescription, language: Language): readonly string[] {
  const agency = language.agencies.find(({ id }) => id === stream.agency)
  return [
    `## ${stream.name}`,
    `${stream.title}. ${stream.description}`,
    [
      `- Published by ${agency?.name ?? stream.agency} (${agency?.level ?? 'unknown'}); contact ${stream.contact}`,
      `- Subject: \`${stream.subject.field}\`, kind ${stream.subject.kind}; keys made by the ${stream.keys}`,
      `- Access: ${stream.access}; ${stream.partitions} partitions; kept ${stream.retention}`,
    ].join('\n'),
    ...typesOf(stream, language).flatMap(({ type, schema }) => [
      `### ${type.replaceAll('_', String.raw`\_`)}`,
      schema.doc ?? '',
      table([['field', 'type', 'data class', 'meaning'], ...rowsOf(schema.fields, '')]),
    ]),
  ]
}

function typesOf(stream: StreamDescription, { eventTypes }: Language): readonly EventTypeDescription[] {
  return eventTypes.filter((eventType) => eventType.stream === stream.name)
}

function rowsOf(fields: readonly Field[], path: string): string[][] {
  return fields.flatMap((field) => {
    const own = [`\`${path}${field.name}\``, typeText(field.type), field.dataClass ?? '', cell(meaning(field))]
    const inner = recordIn(field.type)
    return [own, ...(inner === undefined ? [] : rowsOf(inner.fields, `${path}${field.name}${inner.step}.`))]
  })
}

function meaning({ doc = '', type }: Field): string {
  const named = plain(type)
  return typeof named === 'object' && 'symbols' in named && named.doc !== undefined ? `${doc} ${named.doc}` : doc
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}

/** A type in words: `text`, `date`, `list of …`, `one of …`, with `or null`. */
function typeText(type: SchemaNode): string {
  if (isUnion(type)) return `${typeText(plain(type))} or null`
  if (typeof type === 'string') return type
  if ('logicalType' in type && type.logicalType !== undefined) return type.logicalType
  switch (type.type) {
    case 'enum':
      return type.symbols.map((symbol) => `\`${symbol}\``).join(', ')
    case 'array':
      return `list of ${typeText(type.items)}`
    case 'map':
      return `map of ${typeText(type.values)}`
    case 'record':
    case 'fixed':
      return type.name
    default:
      return type.type
  }
}

function recordIn(type: SchemaNode): { readonly fields: readonly Field[]; readonly step: string } | undefined {
  const named = plain(type)
  if (typeof named === 'string' || isUnion(named)) return undefined
  if (named.type === 'record') return { fields: named.fields, step: '' }
  if (named.type !== 'array') return undefined
  const inner = recordIn(named.items)
  return inner === undefined ? undefined : { ...inner, step: `[]${inner.step}` }
}

function plain(type: SchemaNode): SchemaNode {
  return isUnion(type) ? (type.find((member) => member !== 'null') ?? 'null') : type
}

function isUnion(type: SchemaNode): type is readonly SchemaNode[] {
  return Array.isArray(type)
}
