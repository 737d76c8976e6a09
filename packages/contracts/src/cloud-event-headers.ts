import type { Envelope } from './event.ts'
import { textOfMoment } from './moment.ts'
import { timestamp } from './values.ts'

/** One Kafka record header; order is kept and names may repeat. */
export type Header = readonly [name: string, value: Buffer]

const specversion: Header = ['ce_specversion', Buffer.from('1.0')]
const contentType: Header = ['content-type', Buffer.from('application/avro')]
const yes = Buffer.from('true')

/** The record headers of an event: CloudEvents 1.0 Kafka binding, binary mode, and W3C trace context. */
export function headersOfEnvelope(envelope: Envelope): Header[] {
  const source: Header = ['ce_source', Buffer.from(envelope.source)]
  const type: Header = ['ce_type', Buffer.from(envelope.type)]
  return headersOf(envelope, source, type, Buffer.from(envelope.subjectKey))
}

/** Makes record headers as `headersOfEnvelope` does; `key` are the bytes of the envelope's subject key. */
export type HeaderWriter = (envelope: Envelope, key: Buffer) => Header[]

/** Sources and types are few; whoever sends more of them fills no memory. */
const mostKept = 1_000

/** A writer of headers that keeps those of sources and types, which come again with each event. */
export function createHeaderWriter(): HeaderWriter {
  const sources = new Map<string, Header>()
  const types = new Map<string, Header>()
  const kept = (headers: Map<string, Header>, name: string, value: string): Header => {
    const known = headers.get(value)
    if (known !== undefined) return known
    const made: Header = [name, Buffer.from(value)]
    if (headers.size < mostKept) headers.set(value, made)
    return made
  }
  return (envelope, key) =>
    headersOf(envelope, kept(sources, 'ce_source', envelope.source), kept(types, 'ce_type', envelope.type), key)
}

function headersOf(envelope: Envelope, source: Header, type: Header, key: Buffer): Header[] {
  const { id, correlationId, causationId, traceparent, tracestate, corrects } = envelope
  const idBytes = Buffer.from(id)
  const headers: Header[] = [
    specversion,
    ['ce_id', idBytes],
    source,
    type,
    ['ce_time', Buffer.from(textOfMoment(envelope.time))],
    ['ce_subject', key],
    contentType,
    ['ce_correlationid', correlationId === id ? idBytes : Buffer.from(correlationId)],
  ]
  if (causationId !== undefined) headers.push(['ce_causationid', Buffer.from(causationId)])
  if (traceparent !== undefined) headers.push(['traceparent', Buffer.from(traceparent)])
  if (tracestate !== undefined) headers.push(['tracestate', Buffer.from(tracestate)])
  if (corrects !== undefined) headers.push(['ce_corrects', Buffer.from(corrects.id)])
  if (corrects !== undefined && corrects.source !== envelope.source) {
    headers.push(['ce_correctssource', Buffer.from(corrects.source)])
  }
  if (envelope.annuls) headers.push(['ce_annuls', yes])
  if (envelope.replay) headers.push(['ce_replay', yes])
  return headers
}

/** Where a record stands and what it says of itself: the source of what a plain client leaves out. */
export interface RecordFacts {
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Record time, milliseconds since 1970. */
  readonly timestamp: number
  readonly key: string
  readonly agency: string
  /** The full name of the schema the value was written with; undefined where the value is not ours to read. */
  readonly schemaName: string
}

/**
 * Reads the envelope of a record. What a plain client leaves out is taken from the record itself: type = the schema's
 * name, source = `/<agency>/kafka`, id = topic-partition-offset, time = record time.
 */
export function envelopeFromHeaders(headers: readonly Header[], record: RecordFacts): Envelope {
  const said: Partial<Record<Attribute, string>> = {}
  for (const [name, value] of headers) {
    // CloudEvents has no empty attributes: one that is there and empty says as little as one that is not there.
    if (value.length > 0 && isAttribute(name)) said[name] ??= value.toString()
  }
  const { ce_id, ce_source, ce_causationid, ce_corrects, traceparent, tracestate } = said
  // The pair is unique only as a pair: half of it from the publisher and half from us could meet another event's.
  const named = ce_id !== undefined && ce_source !== undefined
  const id = named ? ce_id : `${record.topic}-${record.partition}-${record.offset}`
  const source = named ? ce_source : `/${record.agency}/kafka`
  const envelope: Writable<Envelope> = {
    id,
    source,
    type: said.ce_type ?? record.schemaName,
    time: timeOf(said.ce_time, record.timestamp),
    subjectKey: record.key,
    correlationId: said.ce_correlationid ?? id,
    replay: said.ce_replay === 'true',
  }
  if (ce_causationid !== undefined) envelope.causationId = ce_causationid
  if (traceparent !== undefined) envelope.traceparent = traceparent
  if (tracestate !== undefined) envelope.tracestate = tracestate
  if (ce_corrects !== undefined) envelope.corrects = { source: said.ce_correctssource ?? source, id: ce_corrects }
  if (said.ce_annuls === 'true') envelope.annuls = true
  return envelope
}

type Writable<Read> = { -readonly [Name in keyof Read]: Read[Name] }

/** The headers that say something of an event; others are not read. */
type Attribute =
  | 'ce_id'
  | 'ce_source'
  | 'ce_type'
  | 'ce_time'
  | 'ce_correlationid'
  | 'ce_causationid'
  | 'ce_corrects'
  | 'ce_correctssource'
  | 'ce_annuls'
  | 'ce_replay'
  | 'traceparent'
  | 'tracestate'

function isAttribute(name: string): name is Attribute {
  switch (name) {
    case 'ce_id':
    case 'ce_source':
    case 'ce_type':
    case 'ce_time':
    case 'ce_correlationid':
    case 'ce_causationid':
    case 'ce_corrects':
    case 'ce_correctssource':
    case 'ce_annuls':
    case 'ce_replay':
    case 'traceparent':
    case 'tracestate':
      return true
    default:
      return false
  }
}

function timeOf(text: string | undefined, recordTime: number): Envelope['time'] {
  if (text === undefined) return timestamp(recordTime)
  try {
    return timestamp(text)
  } catch {
    // A publisher's malformed ce_time is no reason to stop its stream: the record's own time says nearly the same.
    return timestamp(recordTime)
  }
}
