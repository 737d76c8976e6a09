import type { Envelope } from './event.ts'
import { textOfMoment } from './moment.ts'
import { HeaderCursor, headersInWireForm, type RecordHeaders } from './record-headers.ts'
import { timestamp } from './values.ts'

/** Makes the record headers of an event: CloudEvents 1.0 Kafka binding, binary mode, and W3C trace context. */
export type HeaderWriter = (envelope: Envelope) => RecordHeaders

/** The record headers of an event; who makes many of them keeps a writer. */
export function headersOfEnvelope(envelope: Envelope): RecordHeaders {
  return createHeaderWriter()(envelope)
}

/**
 * A writer of record headers. They become one text whose characters are the bytes, written in one go: what comes again
 * with each event of a source and type is part of it already.
 */
export function createHeaderWriter(): HeaderWriter {
  const beginnings = new Beginnings()
  return (envelope) => {
    const { id, source, correlationId, causationId, traceparent, tracestate, corrects } = envelope
    let count = 8
    let text = `${beginnings.of(source, envelope.type)}${named.id}${valueText(id)}${named.time}${valueText(
      textOfMoment(envelope.time),
    )}${named.subject}${valueText(envelope.subjectKey)}${named.correlationId}${valueText(correlationId)}`
    const add = (name: string, value: string): void => {
      count += 1
      text += name + valueText(value)
    }
    if (causationId !== undefined) add(named.causationId, causationId)
    if (traceparent !== undefined) add(named.traceparent, traceparent)
    if (tracestate !== undefined) add(named.tracestate, tracestate)
    if (corrects !== undefined) add(named.corrects, corrects.id)
    if (corrects !== undefined && corrects.source !== source) add(named.correctsSource, corrects.source)
    if (envelope.annuls === true) add(named.annuls, 'true')
    if (envelope.replay) add(named.replay, 'true')
    return headersInWireForm(Buffer.from(lengthText(count) + text, 'latin1'))
  }
}

const named = {
  specversion: nameText('ce_specversion'),
  id: nameText('ce_id'),
  source: nameText('ce_source'),
  type: nameText('ce_type'),
  time: nameText('ce_time'),
  subject: nameText('ce_subject'),
  contentType: nameText('content-type'),
  correlationId: nameText('ce_correlationid'),
  causationId: nameText('ce_causationid'),
  traceparent: nameText('traceparent'),
  tracestate: nameText('tracestate'),
  corrects: nameText('ce_corrects'),
  correctsSource: nameText('ce_correctssource'),
  annuls: nameText('ce_annuls'),
  replay: nameText('ce_replay'),
} as const

/** Sources and types are few; whoever sends more of them fills no memory. */
const mostKept = 1_000

/** The headers that are the same for all events of a source and type, as text. */
class Beginnings {
  readonly #known = new Map<string, string>()
  #source = ''
  #type = ''
  #last = ''

  of(source: string, type: string): string {
    // Events of one kind mostly come together.
    if (source === this.#source && type === this.#type) return this.#last
    const name = `${source} ${type}`
    let beginning = this.#known.get(name)
    if (beginning === undefined) {
      beginning =
        named.specversion +
        valueText('1.0') +
        named.contentType +
        valueText('application/avro') +
        named.source +
        valueText(source) +
        named.type +
        valueText(type)
      if (this.#known.size >= mostKept) this.#known.clear()
      this.#known.set(name, beginning)
    }
    this.#source = source
    this.#type = type
    this.#last = beginning
    return beginning
  }
}

function nameText(name: string): string {
  return lengthText(name.length) + name
}

/** A value with its length before it, one character for each byte of UTF-8. */
function valueText(value: string): string {
  const bytes = isAscii(value) ? value : Buffer.from(value).toString('latin1')
  return lengthText(bytes.length) + bytes
}

/** A length as a zigzag varint, one character for each byte. */
function lengthText(length: number): string {
  if (length < 64) return String.fromCharCode(length * 2)
  let text = ''
  let rest = length * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) text += String.fromCharCode((rest % 0x80) | 0x80)
  return text + String.fromCharCode(rest)
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) >= 0x80) return false
  return true
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
export function envelopeFromHeaders(headers: RecordHeaders, record: RecordFacts): Envelope {
  const said: Partial<Record<Attribute, string>> = {}
  const cursor = new HeaderCursor(headers)
  while (cursor.next()) {
    const name = cursor.name()
    // CloudEvents has no empty attributes: one that is there and empty says as little as one that is not there.
    if (!cursor.isEmpty && isAttribute(name)) said[name] ??= cursor.text()
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
