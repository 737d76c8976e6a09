import { HubError } from '@samspill/contracts'
import {
  createEventDecoder,
  DecodeError,
  EncodeError,
  frameSize,
  type BytesCheck,
  type Codecs,
  type CompiledContract,
  type DecodedEvent,
  type EventDecoder,
  type FieldProblem,
  type SchemaRegistry,
} from '@samspill/avro'
import { problem, type HttpProblem } from '@samspill/http'
import type { CloudEvent, EventContent } from './cloud-event.ts'
import { eventTooLarge } from './event-publisher.ts'
import type { RefusedEvent } from './event-result.ts'
import type { EventType, EventTypes } from './event-types.ts'
import { isRefused } from './request-events.ts'
import type { SchemaIds } from './schema-ids.ts'

/** Turns the data of events into record values, checked against their contracts. */
export interface EventData {
  /**
   * Fetches the schemas that Avro data names and that are not known yet; undefined where there are none. Never rejects:
   * `read` tells what is missing.
   */
  prepare(events: readonly (CloudEvent | RefusedEvent)[]): Promise<void> | undefined
  /** Throws HttpProblem: 400 `avro-malformed`, 413 `event-too-large`, 422 or 503 where contract or schema say no. */
  read(eventType: EventType, content: EventContent): EncodedData
}

/** Framed Avro, and who the event is about. */
export interface EncodedData {
  readonly value: Buffer
  /** The subject as the data names it: it goes into the key only. */
  readonly subject: string
}

/** What the data of one event type is read with. */
interface TypeReader {
  readonly codec: CompiledContract<unknown>
  readonly check: BytesCheck
  readonly decoder: EventDecoder
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
  const readers = new Map(
    options.eventTypes.all.map(({ type, contract }): [string, TypeReader] => {
      const codec = codecs.of(contract)
      // A decoder that knows one contract leaves the bytes of every other type unread.
      const decoder = createEventDecoder({ registry, codecs, contracts: [contract] })
      return [type, { codec, check: codec.bytesCheck(contract.stream.subject.field), decoder }]
    }),
  )
  return {
    prepare(events) {
      const waits: Promise<void>[] = []
      for (const event of events) {
        if (isRefused(event) || event.content.format === 'json') continue
        const decoder = readers.get(event.type)?.decoder
        if (decoder === undefined || decoder.isPrepared(event.content.bytes)) continue
        waits.push(decoder.prepare([event.content.bytes]))
      }
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined)
    },
    read(eventType, content) {
      const reader = readers.get(eventType.type)
      if (reader === undefined) throw schemaUnresolved()
      const encoded =
        content.format === 'json'
          ? encodeJson(eventType, reader, content.data)
          : checkAvro(eventType, reader, content.bytes)
      if (encoded.value.length > mostBytes) throw eventTooLarge()
      return encoded
    },
  }

  function encodeJson(eventType: EventType, { codec }: TypeReader, json: unknown): EncodedData {
    const { type } = eventType
    const schemaId = schemaIds.of(type)
    // One pass takes nearly all events; what it does not take is read again, to name what is wrong.
    const value = schemaId === undefined ? undefined : codec.encodeFramedJson(schemaId, json)
    if (value !== undefined) return { value, subject: subjectOf(eventType, json) }
    const read = codec.fromJson(json)
    if ('problems' in read) throw dataInvalid(type, read.problems)
    if (schemaId === undefined) throw schemaUnresolved()
    try {
      return { value: codec.encodeFramed(schemaId, read.data), subject: subjectOf(eventType, read.data) }
    } catch (error) {
      if (!(error instanceof EncodeError)) throw error
      throw dataInvalid(type, [{ path: error.path, rule: error.rule, message: error.message }])
    }
  }

  /** The bytes go on as they came, so that fields of a newer schema than ours are not lost. */
  function checkAvro(eventType: EventType, { codec, check, decoder }: TypeReader, bytes: Buffer): EncodedData {
    const { type } = eventType
    const subject = hasOwnSchema(type, bytes) ? check(bytes, frameSize) : undefined
    if (subject !== undefined && subject !== '') return { value: bytes, subject }
    const decoded = decode(decoder, bytes)
    if (decoded.schemaName !== type || decoded.contract === undefined) {
      throw problem(422, 'schema-foreign', `The data was written with the schema of another event type than ${type}.`)
    }
    // Avro's bytes alone do not say whether a number has valid check digits: the rules of the JSON form do.
    const checked = codec.fromJson(codec.toJson(decoded.data))
    if ('problems' in checked) throw dataInvalid(type, checked.problems)
    return { value: bytes, subject: subjectOf(eventType, decoded.data) }
  }

  /** Whether bytes were written with the very schema that we write this type with. */
  function hasOwnSchema(type: string, bytes: Buffer): boolean {
    const schemaId = schemaIds.of(type)
    return schemaId !== undefined && bytes.length > frameSize && bytes[0] === 0 && bytes.readInt32BE(1) === schemaId
  }
}

function decode(decoder: EventDecoder, bytes: Buffer): DecodedEvent {
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
