import { hash } from 'node:crypto'
import { envelopeFromHeaders, headerText, HubError, type ReceivedEvent, type Stream } from '@samspill/contracts'
import type { EventDecoder } from '@samspill/avro'
import type { IncomingRecord } from '@samspill/kafka'
import type { Subscription } from '../subscription.ts'

/** A record of a stream, and where it was read. */
export interface PlacedRecord {
  /** The stream of the event type, also where it was read from a view. */
  readonly stream: string
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  readonly record: IncomingRecord
}

/** An event that the service handles, with all that its transaction needs to know. */
export interface PlannedEvent extends PlacedRecord {
  readonly kind: 'event'
  readonly event: ReceivedEvent
  readonly subscription: Subscription
  /** Who it is about, e.g. `person:…`: what the handling lock is taken on. Never leaves the process. */
  readonly subject: string
  /** SHA-256 of the Avro body: the same id with other content is no resend. */
  readonly contentHash: Buffer
}

/** A record that is no event which the service could handle: it is parked as it is, and never skipped. */
export interface UnreadableRecord extends PlacedRecord {
  readonly kind: 'unreadable'
  readonly error: HubError
}

/** A record that can be handled or parked, or passed over. */
export type WorkableRecord =
  | PlannedEvent
  | UnreadableRecord
  /** An event type that the service has no `on` for. */
  | ({ readonly kind: 'passed-over' } & PlacedRecord)

/** What becomes of one record of a stream in a service. */
export type PlannedRecord =
  | WorkableRecord
  /** Bytes that hide even the records' keys: they stop their partition until a person decides. */
  | { readonly kind: 'blocked'; readonly offset: bigint; readonly error: HubError }

/** The streams and event types that a service's subscriptions are about. */
export interface SubscribedStream {
  readonly stream: Stream
  readonly subscriptions: ReadonlyMap<string, Subscription>
}

/** Where records come from. */
export interface Origin {
  readonly topic: string
  readonly partition: number
  readonly subscribed: SubscribedStream
}

/** Decides for each record of one partition, in order, what becomes of it. Decodes only what the service handles. */
export async function planRecords(
  records: readonly IncomingRecord[],
  origin: Origin,
  decoder: EventDecoder,
): Promise<PlannedRecord[]> {
  const { subscriptions } = origin.subscribed
  const wanted = records.filter((record) => {
    const announced = headerText(record.headers, 'ce_type')
    return announced === undefined || announced === '' || subscriptions.has(announced)
  })
  await decoder.prepare(wanted.map((record) => record.value))
  return records.map((record) => {
    if (record.damage !== undefined) {
      const error = new HubError('record-damaged', record.damage)
      return { kind: 'blocked', offset: record.damagedFrom ?? record.offset, error }
    }
    return planRecord(record, origin, decoder)
  })
}

/** Decides what becomes of one record whose schema the decoder was prepared for. */
export function planRecord(record: IncomingRecord, origin: Origin, decoder: EventDecoder): WorkableRecord {
  const { topic, partition, subscribed } = origin
  const { offset } = record
  const stream = subscribed.stream.name
  try {
    const read = readRecord(record, origin, decoder)
    if (read.kind === 'passed-over') return { kind: 'passed-over', stream, topic, partition, offset, record }
    const { event, subscription, subject, contentHash } = read
    return { kind: 'event', stream, topic, partition, offset, record, event, subscription, subject, contentHash }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { kind: 'unreadable', stream, topic, partition, offset, record, error }
  }
}

type Read = { readonly kind: 'passed-over' } | Omit<PlannedEvent, keyof PlacedRecord>

function readRecord(record: IncomingRecord, origin: Origin, decoder: EventDecoder): Read {
  const { stream, subscriptions } = origin.subscribed
  const announced = headerText(record.headers, 'ce_type')
  if (announced !== undefined && !subscriptions.has(announced)) return { kind: 'passed-over' }
  if (record.value === null) throw new HubError('record-without-value', 'the record has no value: it holds no event')
  if (record.key === null || record.key.length === 0) {
    throw new HubError('record-without-key', 'the record has no key: its subject has no order')
  }

  const { schemaName, data } = decoder.decode(record.value)
  if (announced !== undefined && announced !== schemaName) {
    throw new HubError('foreign-schema', `the header ce_type says ${announced}, the schema is ${schemaName}`)
  }
  const subscription = subscriptions.get(schemaName)
  if (subscription === undefined) {
    if (schemaName.startsWith(`${namespaceOf(stream)}.`)) return { kind: 'passed-over' }
    throw new HubError('foreign-schema', `the schema ${schemaName} does not belong to the stream ${stream.name}`)
  }
  const envelope = envelopeFromHeaders(record.headers, {
    topic: origin.topic,
    partition: origin.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: record.key.toString(),
    agency: stream.agency,
    schemaName,
  })
  if (!envelope.source.startsWith(`/${stream.agency}/`)) {
    throw new HubError('foreign-source', `the event's source does not belong to the agency ${stream.agency}`)
  }
  if (envelope.annuls === true && !subscription.annulments) {
    throw new HubError(
      'annulment-unhandled',
      `the event takes back an earlier one, and the handler of ${schemaName} would take it for news: look at event.annuls there, and say annulments: true`,
    )
  }
  return {
    kind: 'event',
    // The envelope was made for this: a copy of it would be one more object for each event.
    event: Object.assign(envelope, { data }),
    subscription,
    subject: `${stream.subject.kind}:${subjectIn(data, stream)}`,
    contentHash: hash('sha256', record.value.subarray(5), 'buffer'),
  }
}

function subjectIn(data: unknown, stream: Stream): string {
  return String((data as Record<string, unknown>)[stream.subject.field])
}

function namespaceOf(stream: Stream): string {
  return stream.name.replaceAll('-', '_')
}
