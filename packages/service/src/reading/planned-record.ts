import { createHash } from 'node:crypto'
import { envelopeFromHeaders, HubError, type ReceivedEvent, type Stream } from '@samspill/contracts'
import type { EventDecoder } from '@samspill/avro'
import type { IncomingRecord } from '@samspill/kafka'
import type { Subscription } from '../subscription.ts'

/** An event that the service handles, with all that its transaction needs to know. */
export interface PlannedEvent {
  readonly kind: 'event'
  readonly offset: bigint
  readonly event: ReceivedEvent
  readonly subscription: Subscription
  /** Who it is about, e.g. `person:…`: what the handling lock is taken on. Never leaves the process. */
  readonly subject: string
  /** SHA-256 of the Avro body: the same id with other content is no resend. */
  readonly contentHash: Buffer
}

/** What becomes of one record of a stream in a service. */
export type PlannedRecord =
  | PlannedEvent
  /** An event type that the service has no `on` for. */
  | { readonly kind: 'passed-over'; readonly offset: bigint }
  /** A record that cannot be handled as it is: it stops its partition, and is never skipped. */
  | { readonly kind: 'blocked'; readonly offset: bigint; readonly error: HubError }

/** The streams and event types that a service's subscriptions are about. */
export interface SubscribedStream {
  readonly stream: Stream
  readonly subscriptions: ReadonlyMap<string, Subscription>
}

/** Where records come from. */
interface Origin {
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
  const wanted = records.filter((record) => subscriptions.has(announcedType(record) ?? '') || !announcedType(record))
  await decoder.prepare(wanted.map((record) => record.value))
  return records.map((record) => {
    try {
      return planRecord(record, origin, decoder)
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      return { kind: 'blocked', offset: record.damagedFrom ?? record.offset, error }
    }
  })
}

function planRecord(record: IncomingRecord, origin: Origin, decoder: EventDecoder): PlannedRecord {
  const { stream, subscriptions } = origin.subscribed
  const announced = announcedType(record)
  if (announced !== undefined && !subscriptions.has(announced)) return { kind: 'passed-over', offset: record.offset }
  if (record.damage !== undefined) throw new HubError('record-damaged', record.damage)
  if (record.value === null) throw new HubError('record-without-value', 'the record has no value: it holds no event')
  if (record.key === null) throw new HubError('record-without-key', 'the record has no key: its subject has no order')

  const { schemaName, data } = decoder.decode(record.value)
  if (announced !== undefined && announced !== schemaName) {
    throw new HubError('foreign-schema', `the header ce_type says ${announced}, the schema is ${schemaName}`)
  }
  const subscription = subscriptions.get(schemaName)
  if (subscription === undefined) {
    if (schemaName.startsWith(`${namespaceOf(stream)}.`)) return { kind: 'passed-over', offset: record.offset }
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
  return {
    kind: 'event',
    offset: record.offset,
    event: { ...envelope, data },
    subscription,
    subject: `${stream.subject.kind}:${subjectIn(data, stream)}`,
    contentHash: createHash('sha256').update(record.value.subarray(5)).digest(),
  }
}

function announcedType(record: IncomingRecord): string | undefined {
  return record.headers.find(([name]) => name === 'ce_type')?.[1].toString()
}

function subjectIn(data: unknown, stream: Stream): string {
  return String((data as Record<string, unknown>)[stream.subject.field])
}

function namespaceOf(stream: Stream): string {
  return stream.name.replaceAll('-', '_')
}
