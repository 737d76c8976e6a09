import { hash } from 'node:crypto'
import {
  envelopeFromHeaders,
  headerText,
  HubError,
  type Envelope,
  type ReceivedEvent,
  type Stream,
} from '@samspill/contracts'
import type { EventDecoder } from '@samspill/avro'
import type { IncomingRecord } from '@samspill/kafka'
import type { Subscription } from '../subscription.ts'
import { longestKey } from './parking-key.ts'

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
  /** SHA-256 of the Avro body, a character for each byte: the same id with other content is no resend. */
  readonly contentHash: string
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
  return planPrepared(await prepareRecords(records, origin, decoder), origin, decoder)
}

/** Records whose schemas are known, as far as they can be. */
export interface PreparedRecords {
  readonly records: readonly IncomingRecord[]
  /** The type that each record's header announces. */
  readonly announced: readonly (string | undefined)[]
}

/** Asks the registry for the schemas of what the service handles. Never rejects: planning tells what is missing. */
export async function prepareRecords(
  records: readonly IncomingRecord[],
  { subscribed }: Origin,
  decoder: EventDecoder,
): Promise<PreparedRecords> {
  const announced = records.map(({ headers }) => headerText(headers, 'ce_type'))
  const wanted = records.filter((_, index) => {
    const type = announced[index]
    return type === undefined || type === '' || subscribed.subscriptions.has(type)
  })
  await decoder.prepare(wanted.map((record) => record.value))
  return { records, announced }
}

/** What `planRecords` does, without waiting for anything. */
export function planPrepared(
  { records, announced }: PreparedRecords,
  origin: Origin,
  decoder: EventDecoder,
): PlannedRecord[] {
  return records.map((record, index) => {
    if (record.damage !== undefined) {
      const error = new HubError('record-damaged', record.damage)
      return { kind: 'blocked', offset: record.damagedFrom ?? record.offset, error }
    }
    return planRecord(record, origin, decoder, announced[index])
  })
}

/** Decides what becomes of one record whose schema the decoder was prepared for. */
export function planRecord(
  record: IncomingRecord,
  origin: Origin,
  decoder: EventDecoder,
  announced = headerText(record.headers, 'ce_type'),
): WorkableRecord {
  try {
    return readRecord(record, origin, decoder, announced)
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { kind: 'unreadable', ...placeOf(record, origin), error }
  }
}

function placeOf(record: IncomingRecord, { topic, partition, subscribed }: Origin): PlacedRecord {
  return { stream: subscribed.stream.name, topic, partition, offset: record.offset, record }
}

function readRecord(
  record: IncomingRecord,
  origin: Origin,
  decoder: EventDecoder,
  announced: string | undefined,
): WorkableRecord {
  const { stream, subscriptions } = origin.subscribed
  if (announced !== undefined && !subscriptions.has(announced)) {
    return { kind: 'passed-over', ...placeOf(record, origin) }
  }
  // A record makes its parts anew each time it is asked for them.
  const { key, value } = record
  if (value === null) throw new HubError('record-without-value', 'the record has no value: it holds no event')
  if (key === null || key.length === 0) {
    throw new HubError('record-without-key', 'the record has no key: its subject has no order')
  }

  if (key.length > longestKey) {
    throw new HubError('key-too-long', `the record's key is longer than ${longestKey} bytes`)
  }

  const { schemaName, data } = decoder.decode(value)
  if (announced !== undefined && announced !== schemaName) {
    throw new HubError('foreign-schema', `the header ce_type says ${announced}, the schema is ${schemaName}`)
  }
  const subscription = subscriptions.get(schemaName)
  if (subscription === undefined) {
    if (schemaName.startsWith(`${namespaceOf(stream)}.`)) return { kind: 'passed-over', ...placeOf(record, origin) }
    throw new HubError('foreign-schema', `the schema ${schemaName} does not belong to the stream ${stream.name}`)
  }
  const envelope = envelopeFromHeaders(record.headers, {
    topic: origin.topic,
    partition: origin.partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: key.toString(),
    agency: stream.agency,
    schemaName,
  })
  requireKeepable('ce_id', envelope.id)
  requireKeepable('ce_source', envelope.source)
  if (!envelope.source.startsWith(`/${stream.agency}/`)) {
    throw new HubError('foreign-source', `the event's source does not belong to the agency ${stream.agency}`)
  }
  if (envelope.annuls === true && !subscription.annulments) {
    throw new HubError(
      'annulment-unhandled',
      `the event takes back an earlier one, and the handler of ${schemaName} would take it for news: look at event.annuls there, and say annulments: true`,
    )
  }
  // The envelope was made for this: a copy of it would be one more object for each event.
  const event = envelope as Envelope & { data: unknown }
  event.data = data
  return {
    kind: 'event',
    stream: stream.name,
    topic: origin.topic,
    partition: origin.partition,
    offset: record.offset,
    record,
    event,
    subscription,
    subject: `${stream.subject.kind}:${subjectIn(data, stream)}`,
    contentHash: hash('sha256', value.subarray(5), 'binary'),
  }
}

/** Ingress takes 255 characters; together with the source, an index of PostgreSQL holds less than 2,700 bytes. */
const longestName = 255

/** The inbox must be able to keep what names an event. */
function requireKeepable(header: string, name: string): void {
  if (name.length <= longestName && !name.includes('\0')) return
  throw new HubError('id-invalid', `the header ${header} has more than ${longestName} characters, or a zero byte`)
}

function subjectIn(data: unknown, stream: Stream): string {
  return String((data as Record<string, unknown>)[stream.subject.field])
}

function namespaceOf(stream: Stream): string {
  return stream.name.replaceAll('-', '_')
}
