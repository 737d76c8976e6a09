import type { IncomingMessage } from 'node:http'
import { holdsNationalNumber } from '@samspill/contracts'
import { HttpProblem, parseJson, problem } from '@samspill/http'
import { eventInvalid, type CloudEvent } from './cloud-event.ts'
import { readBinaryEvent } from './binary-event.ts'
import type { RefusedEvent } from './event-result.ts'
import type { RequestMode } from './media-type.ts'
import { readProtobufEvent, type CommonTexts, type ProtobufAttributes } from './protobuf-event.ts'
import { ProtobufMessage } from './protobuf-message.ts'
import { readStructuredEvent } from './structured-event.ts'

/**
 * Reads the events of a request, in order; one that is no CloudEvent is there as refused. Throws HttpProblem where the
 * body as a whole cannot be read: 400, and 413 `batch-too-large`.
 */
export function readEvents(
  request: Pick<IncomingMessage, 'headers'>,
  mode: RequestMode,
  body: Buffer,
  most: number,
): readonly (CloudEvent | RefusedEvent)[] {
  if (mode.mode === 'binary') {
    const identity = { id: request.headers['ce-id'], source: request.headers['ce-source'] }
    return [refusedUnless(identity, () => readBinaryEvent(request.headers, body, mode.format))]
  }
  if (mode.format === 'protobuf') {
    const common = { source: '', type: '', contentType: 'application/avro', names: [] }
    const whole = new ProtobufMessage(body)
    return (mode.many ? eventsOfBatch(whole, most) : [whole]).map((event) => protobufEvent(event, common))
  }
  const json = parseJson(body)
  if (!mode.many) return [jsonEvent(json)]
  if (!Array.isArray(json)) {
    throw eventInvalid([{ path: '', rule: 'wrong-type', message: 'must be a JSON array of CloudEvents' }])
  }
  if (json.length > most) throw batchTooLarge(json.length, most)
  return json.map(jsonEvent)
}

/** The problem of a batch with more events than are taken at once. */
function batchTooLarge(count: number, most: number): HttpProblem {
  return problem(413, 'batch-too-large', `The batch has ${count} events; at most ${most} are taken at once.`)
}

/** Tells a refused event from one that was read. */
export function isRefused(event: CloudEvent | RefusedEvent): event is RefusedEvent {
  return 'status' in event
}

/** A refused event with what may be repeated of its identity. */
export function refusedEvent(identity: unknown, reason: HttpProblem): RefusedEvent {
  const { id, source } = (typeof identity === 'object' && identity !== null ? identity : {}) as Record<string, unknown>
  return { id: repeatable(id), source: repeatable(source), status: 'refused', problem: reason }
}

function jsonEvent(json: unknown): CloudEvent | RefusedEvent {
  return refusedUnless(json, () => readStructuredEvent(json))
}

function protobufEvent(event: ProtobufMessage, common: CommonTexts): CloudEvent | RefusedEvent {
  const attributes: ProtobufAttributes = { id: undefined, source: undefined, specversion: undefined, type: undefined }
  return refusedUnless(attributes, () => readProtobufEvent(event, attributes, common))
}

/** The events of a `CloudEventBatch`. */
function eventsOfBatch(batch: ProtobufMessage, most: number): readonly ProtobufMessage[] {
  const events: ProtobufMessage[] = []
  let count = 0
  for (let field = batch.next(); field !== 0; field = batch.next()) {
    if (field !== 1) batch.skip()
    else if (++count <= most) events.push(batch.message())
    else batch.skip()
  }
  if (count > most) throw batchTooLarge(count, most)
  return events
}

function refusedUnless(identity: unknown, read: () => CloudEvent): CloudEvent | RefusedEvent {
  try {
    return read()
  } catch (error) {
    if (error instanceof HttpProblem) return refusedEvent(identity, error)
    throw error
  }
}

function repeatable(text: unknown): string | null {
  return typeof text === 'string' && text.length <= 255 && !holdsNationalNumber(text) ? text : null
}
