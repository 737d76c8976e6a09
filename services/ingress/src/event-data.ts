import { HubError } from '@samspill/contracts'
import {
  createEventDecoder,
  DecodeError,
  EncodeError,
  type Codecs,
  type DecodedEvent,
  type EventDecoder,
  type FieldProblem,
  type SchemaRegistry,
} from '@samspill/avro'
import { problem, type HttpProblem } from '@samspill/http'
import type { CloudEvent, EventContent } from './cloud-event.ts'
import { eventTooLarge } from './event-publisher.ts'
import type { EventType, EventTypes } from './event-types.ts'
import type { SchemaIds } from './schema-ids.ts'

/** Turns the data of events into record values, checked against their contracts. */
export interface EventData {
  /** Fetches the schemas that Avro data names and that are not known yet. Never rejects: `read` tells what is missing. */
  prepare(events: readonly CloudEvent[]): Promise<void>
  /** Throws HttpProblem: 400 `avro-malformed`, 413 `event-too-large`, 422 or 503 where contract or schema say no. */
  read(eventType: EventType, content: EventContent): EncodedData
}

/** Framed Avro, and who the event is about. */
export interface EncodedData {
  readonly value: Buffer
  /** The subject as the data names it: it goes into the key only. */
  readonly subject: string
}

/** Makes the reader of event data. */
export function createEventData(options: {
  readonly codecs: Codecs
  readonly registry: Pick<SchemaRegistry, 'schemaById'>
  readonly eventTypes: Pick<EventTypes, 'all'>
  readonly schemaIds: Pick<SchemaIds, 'of'>
  /** Bytes that one value may take. */
  readonly mostBytes: number
}): EventData {
  const { codecs, registry, schemaIds, mostBytes } = options
  // A decoder that knows one contract leaves the bytes of every other type unread.
  const decoders = new Map(
    options.eventTypes.all.map(({ type, contract }) => [
      type,
      createEventDecoder({ registry, codecs, contracts: [contract] }),
    ]),
  )
  return {
    async prepare(events) {
      const avro = events.flatMap(({ type, content }) => (content.format === 'avro' ? [{ type, content }] : []))
      await Promise.all(avro.map(async ({ type, content }) => decoders.get(type)?.prepare([content.bytes])))
    },
    read(eventType, content) {
      const { value, data } =
        content.format === 'json' ? encodeJson(eventType, content.data) : checkAvro(eventType, content.bytes)
      if (value.length > mostBytes) throw eventTooLarge()
      return { value, subject: subjectOf(eventType, data) }
    },
  }

  function encodeJson({ type, contract }: EventType, json: unknown): { value: Buffer; data: unknown } {
    const codec = codecs.of(contract)
    const read = codec.fromJson(json)
    if ('problems' in read) throw dataInvalid(type, read.problems)
    const schemaId = schemaIds.of(type)
    if (schemaId === undefined) throw schemaUnresolved()
    try {
      return { value: codec.encodeFramed(schemaId, read.data), data: read.data }
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error
      throw dataInvalid(type, [{ path: error.path, rule: error.rule, message: error.message }])
    }
  }

  /** The bytes go on as they came, so that fields of a newer schema than ours are not lost. */
  function checkAvro({ type, contract }: EventType, bytes: Buffer): { value: Buffer; data: unknown } {
    const decoded = decode(decoders.get(type), bytes)
    if (decoded.schemaName !== type || decoded.contract === undefined) {
      throw problem(422, 'schema-foreign', `The data was written with the schema of another event type than ${type}.`)
    }
    // Avro's bytes alone do not say whether a number has valid check digits: the rules of the JSON form do.
    const codec = codecs.of(contract)
    const checked = codec.fromJson(codec.toJson(decoded.data))
    if ('problems' in checked) throw dataInvalid(type, checked.problems)
    return { value: bytes, data: decoded.data }
  }
}

function decode(decoder: EventDecoder | undefined, bytes: Buffer): DecodedEvent {
  if (decoder === undefined) throw schemaUnresolved()
  try {
    return decoder.decode(bytes)
  } catch (error) {
    if (error instanceof DecodeError) {
      throw problem(400, 'avro-malformed', 'The data is not framed Avro that its schema can read.', {
        errors: [{ path: 'data', rule: error.code, message: error.message }],
      })
    }
    if (!(error instanceof HubError)) throw error
    throw schemaProblem(error)
  }
}

function schemaProblem(error: HubError): HttpProblem {
  switch (error.code) {
    case 'schema-unknown':
      return problem(422, 'schema-unknown', 'The registry does not know the schema id that the data names.')
    case 'schema-invalid':
    case 'schema-incompatible':
      return problem(422, 'schema-incompatible', 'The schema that the data names cannot be read with the contract.')
    default:
      return problem(
        503,
        'registry-away',
        'The schema that the data names is not known yet: send the event again later.',
        {
          retryAfter: 5,
          cause: error,
        },
      )
  }
}

function subjectOf({ type, contract }: EventType, data: unknown): string {
  const { field } = contract.stream.subject
  const subject: unknown = (data as Readonly<Record<string, unknown>>)[field]
  if (typeof subject === 'string' && subject !== '') return subject
  throw dataInvalid(type, [{ path: field, rule: 'missing-field', message: 'must say who the event is about' }])
}

function dataInvalid(
  type: string,
  problems: readonly (Omit<FieldProblem, 'rule'> & { readonly rule: string })[],
): HttpProblem {
  return problem(422, 'data-invalid', `The data is not what ${type} says: see errors.`, {
    errors: problems.map(({ path, rule, message }) => ({ path: path === '' ? 'data' : `data.${path}`, rule, message })),
  })
}

function schemaUnresolved(): HttpProblem {
  return problem(
    503,
    'schema-unresolved',
    'The registry has not told the schema of this event type yet. Send it again later.',
    {
      retryAfter: 5,
    },
  )
}
