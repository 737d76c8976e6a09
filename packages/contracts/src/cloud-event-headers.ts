import type { Envelope } from './event.ts'
import { timestamp } from './values.ts'

/** One Kafka record header; order is kept and names may repeat. */
export type Header = readonly [name: string, value: Buffer]

/** The record headers of an event: CloudEvents 1.0 Kafka binding, binary mode, and W3C trace context. */
export function headersOfEnvelope(envelope: Envelope): Header[] {
  const headers: [string, string | undefined][] = [
    ['ce_specversion', '1.0'],
    ['ce_id', envelope.id],
    ['ce_source', envelope.source],
    ['ce_type', envelope.type],
    ['ce_time', new Date(envelope.time).toISOString()],
    ['ce_subject', envelope.subjectKey],
    ['content-type', 'application/avro'],
    ['ce_correlationid', envelope.correlationId],
    ['ce_causationid', envelope.causationId],
    ['traceparent', envelope.traceparent],
    ['tracestate', envelope.tracestate],
    ['ce_corrects', envelope.corrects?.id],
    ['ce_correctssource', envelope.corrects?.source === envelope.source ? undefined : envelope.corrects?.source],
    ['ce_annuls', envelope.annuls ? 'true' : undefined],
    ['ce_replay', envelope.replay ? 'true' : undefined],
  ]
  return headers.flatMap(([name, value]) => (value === undefined ? [] : [[name, Buffer.from(value)] as const]))
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
  const values = new Map<string, string>()
  for (const [name, value] of headers) {
    // CloudEvents has no empty attributes: one that is there and empty says as little as one that is not there.
    if (value.length > 0 && !values.has(name)) values.set(name, value.toString())
  }
  // The pair is unique only as a pair: half of it from the publisher and half from us could meet another event's.
  const named = values.has('ce_id') && values.has('ce_source')
  const id = named ? (values.get('ce_id') ?? '') : `${record.topic}-${record.partition}-${record.offset}`
  const source = named ? (values.get('ce_source') ?? '') : `/${record.agency}/kafka`
  const causationId = values.get('ce_causationid')
  const corrects = values.get('ce_corrects')
  const traceparent = values.get('traceparent')
  const tracestate = values.get('tracestate')
  return {
    id,
    source,
    type: values.get('ce_type') ?? record.schemaName,
    time: timeOf(values.get('ce_time'), record.timestamp),
    subjectKey: record.key,
    correlationId: values.get('ce_correlationid') ?? id,
    ...(causationId === undefined ? {} : { causationId }),
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
    ...(corrects === undefined
      ? {}
      : { corrects: { source: values.get('ce_correctssource') ?? source, id: corrects } }),
    ...(values.get('ce_annuls') === 'true' ? { annuls: true } : {}),
    replay: values.get('ce_replay') === 'true',
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
