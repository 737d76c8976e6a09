import type { Envelope } from './event.ts'
import { HeaderCursor, type RecordHeaders } from './record-headers.ts'
import { timestamp } from './values.ts'

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
