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
  /** The row of an event. Throws `record-too-large`, and what the contract's data breaks. */
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
  const secrets = new Map(options.publishes.map((contract) => [contract.type, secretFor(contract, options)]))
  const schemaIds = new Map<string, number>()
  const headersOf = createHeaderWriter()

  return {
    async prepare() {
      for (const { type, stream, schema } of options.publishes) {
        if (!schemaIds.has(type)) {
          schemaIds.set(type, await options.registry.idOf(registrySubject(stream, type), schema))
        }
      }
    },

    envelopeOf(event, cause) {
      const secret = secrets.get(event.type)
      if (secret === undefined) {
        throw new HubError(
          'event-not-announced',
          `${event.type} is not in the "publishes" of ${options.system}: add it`,
        )
      }
      const { stream } = event.contract
      const subject: unknown = (event.data as Record<string, unknown>)[stream.subject.field]
      if (typeof subject !== 'string' || subject === '') {
        throw new HubError(
          'subject-missing',
          `${event.type}: the field "${stream.subject.field}" must say who it is about`,
        )
      }
      const subjectKey = secret === 'plain' ? subject : keyOfSubject(stream, subject, secret)
      const id = event.envelope.id ?? idOf(event.type, subjectKey, cause, options)
      const causationId = event.envelope.causationId ?? cause?.event.id
      return {
        id,
        source,
        type: event.type,
        time: event.envelope.time ?? options.now(),
        subjectKey,
        correlationId: event.envelope.correlationId ?? cause?.event.correlationId ?? id,
        ...(causationId === undefined ? {} : { causationId }),
        ...(event.envelope.corrects === undefined ? {} : { corrects: event.envelope.corrects }),
        ...(event.envelope.annuls === true ? { annuls: true } : {}),
        replay: cause?.event.replay ?? false,
      }
    },

    toOutgoing(event, withoutTrace, trace) {
      const schemaId = schemaIds.get(event.type)
      if (schemaId === undefined) {
        throw new HubError(
          'schema-not-resolved',
          `the schema id of ${event.type} is not known yet: prepare() comes first`,
        )
      }
      const { traceparent, tracestate } = trace
      const envelope: Envelope = {
        ...withoutTrace,
        ...(traceparent === undefined ? {} : { traceparent }),
        ...(tracestate === undefined ? {} : { tracestate }),
      }
      const { stream } = event.contract
      const key = Buffer.from(envelope.subjectKey)
      const row: OutboxRow = {
        eventId: envelope.id,
        type: envelope.type,
        topic: topicOf(stream),
        partition: partitionOf(key, stream.partitions),
        key,
        value: options.codecs.of(event.contract).encodeFramed(schemaId, event.data),
        headers: headersOf(envelope),
      }
      const size = sizeOfRecord(row)
      // Known here, while the transaction can still be undone; in the outbox it would hold up its subject for ever.
      if (size > mostRecordBytes) throw tooLarge(envelope.type, size)
      return { envelope, row }
    },
  }
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
