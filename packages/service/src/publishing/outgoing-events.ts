import {
  eventSource,
  createHeaderWriter,
  HubError,
  keyOfSubject,
  registrySubject,
  returnedEventId,
  secretOf,
  topicOf,
  type AnyContract,
  type Envelope,
  type KeySecret,
  type NewEvent,
  type ReceivedEvent,
  type Timestamp,
} from '@samspill/contracts'
import type { Codecs, SchemaRegistry } from '@samspill/avro'
import { mostRecordBytes, partitionOf, sizeOfRecord } from '@samspill/kafka'
import type { OutboxRow } from '@samspill/postgres'

/** An event that is ready for the outbox. */
export interface OutgoingEvent {
  readonly envelope: Envelope
  readonly row: OutboxRow
}

/** The event that another one follows from, and the number of the next one among those that follow from it. */
export interface Cause {
  readonly event: ReceivedEvent
  readonly numberOf: (type: string, subjectKey: string) => number
}

/** Turns the events that a system publishes into outbox rows: envelope, record key, Avro bytes, headers. */
export interface OutgoingEvents {
  /** Looks up the schema ids of all that is published; throws `registry-unavailable` or `schema-unknown`. */
  prepare(): Promise<void>
  /** The envelope of an event, its trace not yet known. Throws what the contract's data breaks, without values. */
  envelopeOf(event: NewEvent, cause?: Cause): Envelope
  /**
   * The row of an event, whose envelope then says its trace too. Throws `record-too-large`, and what the contract's
   * data breaks.
   */
  toOutgoing(event: NewEvent, envelope: Envelope, trace: Pick<Envelope, 'traceparent' | 'tracestate'>): OutgoingEvent
}

/**
 * Makes the outgoing side of one system. Throws `stream-foreign`, `stream-keyed-by-publisher` or `key-secret-missing`
 * where the system may not publish to a stream.
 */
export function createOutgoingEvents(options: {
  readonly agency: string
  readonly system: string
  readonly publishes: readonly AnyContract[]
  readonly keySecrets: ReadonlyMap<string, KeySecret>
  readonly registry: SchemaRegistry
  readonly codecs: Codecs
  readonly now: () => Timestamp
  readonly newId: () => string
}): OutgoingEvents {
  const source = eventSource(options.agency, options.system)
  const announced = new Map(options.publishes.map((contract) => [contract.type, announcedType(contract, options)]))
  const headersOf = createHeaderWriter()

  return {
    async prepare() {
      for (const known of announced.values()) {
        const { type, stream, schema } = known.contract
        known.schemaId ??= await options.registry.idOf(registrySubject(stream, type), schema)
      }
    },

    envelopeOf({ type, contract, data, envelope: given }, cause) {
      const known = announced.get(type)
      if (known === undefined) {
        throw new HubError('event-not-announced', `${type} is not in the "publishes" of ${options.system}: add it`)
      }
      const { stream } = contract
      const subject: unknown = (data as Record<string, unknown>)[stream.subject.field]
      if (typeof subject !== 'string' || subject === '') {
        throw new HubError('subject-missing', `${type}: the field "${stream.subject.field}" must say who it is about`)
      }
      const subjectKey = known.secret === 'plain' ? subject : keyOfSubject(stream, subject, known.secret)
      const id = given.id ?? idOf(type, subjectKey, cause, options)
      // Filled in field by field: it is made for each event, and a copy of it would cost as much again.
      const envelope: Writable<Envelope> = {
        id,
        source,
        type,
        time: given.time ?? options.now(),
        subjectKey,
        correlationId: given.correlationId ?? cause?.event.correlationId ?? id,
        replay: cause?.event.replay ?? false,
      }
      const causationId = given.causationId ?? cause?.event.id
      if (causationId !== undefined) envelope.causationId = causationId
      if (given.corrects !== undefined) envelope.corrects = given.corrects
      if (given.annuls === true) envelope.annuls = true
      return envelope
    },

    toOutgoing({ type, contract, data }, envelope, { traceparent, tracestate }) {
      const known = announced.get(type)
      if (known?.schemaId === undefined) {
        throw new HubError('schema-not-resolved', `the schema id of ${type} is not known yet: prepare() comes first`)
      }
      const traced: Writable<Envelope> = envelope
      if (traceparent !== undefined) traced.traceparent = traceparent
      if (tracestate !== undefined) traced.tracestate = tracestate
      const key = Buffer.from(envelope.subjectKey)
      const row: OutboxRow = {
        eventId: envelope.id,
        type,
        topic: known.topic,
        partition: partitionOf(key, contract.stream.partitions),
        key,
        value: options.codecs.of(contract).encodeFramed(known.schemaId, data),
        headers: headersOf(traced),
      }
      const size = sizeOfRecord(row)
      // Known here, while the transaction can still be undone; in the outbox it would hold up its subject for ever.
      if (size > mostRecordBytes) throw tooLarge(type, size)
      return { envelope, row }
    },
  }
}

/** What is known of an event type that the system publishes. */
interface AnnouncedType {
  readonly contract: AnyContract
  readonly topic: string
  readonly secret: KeySecret | 'plain'
  /** Known once the registry was asked. */
  schemaId: number | undefined
}

type Writable<Read> = { -readonly [Name in keyof Read]: Read[Name] }

function announcedType(contract: AnyContract, options: Parameters<typeof secretFor>[1]): AnnouncedType {
  return { contract, topic: topicOf(contract.stream), secret: secretFor(contract, options), schemaId: undefined }
}

function tooLarge(type: string, size: number): HubError {
  return new HubError(
    'record-too-large',
    `${type}: the event takes ${size} bytes and at most ${mostRecordBytes} can be sent: publish a reference to large content`,
  )
}

function idOf(
  type: string,
  subjectKey: string,
  cause: Cause | undefined,
  options: { readonly system: string; readonly newId: () => string },
): string {
  if (cause === undefined) return options.newId()
  return returnedEventId({
    service: options.system,
    causeSource: cause.event.source,
    causeId: cause.event.id,
    type,
    subjectKey,
    number: cause.numberOf(type, subjectKey),
  })
}

function secretFor(
  { type, stream }: AnyContract,
  options: { readonly agency: string; readonly system: string; readonly keySecrets: ReadonlyMap<string, KeySecret> },
): KeySecret | 'plain' {
  if (stream.agency !== options.agency) {
    throw new HubError(
      'stream-foreign',
      `${options.system} belongs to ${options.agency} and cannot publish ${type}: only ${stream.agency} writes ${stream.name}`,
    )
  }
  if (stream.keys === 'publisher') {
    throw new HubError(
      'stream-keyed-by-publisher',
      `${type}: the stream ${stream.name} has "keys: publisher", so one plain system makes its keys and the hub must not`,
    )
  }
  return secretOf({ type, stream }, options.keySecrets)
}
