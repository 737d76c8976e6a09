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
  const said: Said = { ...nothingSaid }
  const cursor = new HeaderCursor(headers)
  while (cursor.next()) {
    const name = attributeOf(cursor)
    // CloudEvents has no empty attributes: one that is there and empty says as little as one that is not there.
    if (name === undefined || cursor.isEmpty) continue
    said[name] ??= textOf(name, cursor, said, record)
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

type Said = Record<Attribute, string | undefined>

const nothingSaid: Said = {
  ce_id: undefined,
  ce_source: undefined,
  ce_type: undefined,
  ce_time: undefined,
  ce_correlationid: undefined,
  ce_causationid: undefined,
  ce_corrects: undefined,
  ce_correctssource: undefined,
  ce_annuls: undefined,
  ce_replay: undefined,
  traceparent: undefined,
  tracestate: undefined,
}

const attributesByLength = Map.groupBy(Object.keys(nothingSaid) as Attribute[], ({ length }) => length)

function attributeOf(cursor: HeaderCursor): Attribute | undefined {
  const candidates = attributesByLength.get(cursor.nameLength)
  if (candidates !== undefined) for (const name of candidates) if (cursor.hasName(name)) return name
  return undefined
}

/** What most events say of these was said before: no text is made of it again. */
function textOf(name: Attribute, cursor: HeaderCursor, { ce_id }: Said, { schemaName }: RecordFacts): string {
  if (name === 'ce_type' && cursor.hasText(schemaName)) return schemaName
  if (name === 'ce_correlationid' && ce_id !== undefined && cursor.hasText(ce_id)) return ce_id
  return cursor.text()
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
