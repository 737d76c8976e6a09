import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Timestamp } from '@samspill/contracts'
import { problemOf, readBody, type RequestHandler } from '@samspill/http'
import type { ActiveSpan } from '@samspill/telemetry'
import type { Admission } from './admission.ts'
import type { EventData } from './event-data.ts'
import type { Publishing } from './event-publisher.ts'
import { answerResults, type EventResult } from './event-result.ts'
import type { IngressLimits } from './ingress-limits.ts'
import type { Measurements } from './measurements.ts'
import { requestModeOf, type RequestMode } from './media-type.ts'
import { publishEvents } from './publish-events.ts'
import type { Readying } from './ready-event.ts'
import { readEvents } from './request-events.ts'
import { startRequestSpan } from './request-span.ts'

/** What `POST /events` works with. */
export interface EventsDoor extends Readying, Publishing {
  readonly now: () => Timestamp
  readonly eventData: EventData
  readonly limits: IngressLimits
  readonly events: Admission
  readonly bodies: Admission
  readonly measurements: Measurements
}

/** What a request has opened so far, to be closed when it is answered. */
interface Opened {
  span: ActiveSpan | undefined
  /** Events that it has in hand. */
  events: number
  /** Bytes of its body. */
  bytes: number
}

/** Answers `POST /events`: reads the events of the request, publishes those that are fit, and says what became of each. */
export function postEvents(door: EventsDoor): RequestHandler {
  return async (request, response) => {
    const startedAt = door.now()
    const opened: Opened = { span: undefined, events: 0, bytes: 0 }
    let status = 500
    try {
      const mode = requestModeOf(request.headers)
      const maxBytes = mode.many ? door.limits.batchBodyBytes : door.limits.eventBodyBytes
      const body = readWithinLimits(request, response, maxBytes, door, opened)
      const results = await publishBody(door, request, mode, await body, startedAt, opened)
      status = answerResults(response, results)
      opened.span?.set({ 'http.response.status_code': status })
    } catch (error) {
      const found = problemOf(error)
      status = found.status
      opened.span ??= startRequestSpan(door.tracing, request, startedAt, 0)
      opened.span.set({ 'http.response.status_code': status })
      opened.span.fail(error)
      door.measurements.refusedRequest(found.code)
      throw error
    } finally {
      // No `using` for these: it takes a microsecond each, a tenth of what the hub adds to a request.
      door.events.release(opened.events)
      door.bodies.release(opened.bytes)
      opened.span?.end()
      door.measurements.request(status, (door.now() - startedAt) / 1000)
    }
  }
}

/** A body counts until its request is answered, since data may be a part of it that goes on as it came. */
async function readWithinLimits(
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number,
  { bodies, limits }: EventsDoor,
  opened: Opened,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'])
  const isPlain = announced >= 0 && request.headers['content-encoding'] === undefined
  const most = isPlain ? Math.min(announced, maxBytes) : maxBytes
  bodies.admit(most)
  opened.bytes = most
  const body = await readBody(request, response, { maxBytes, timeoutMilliseconds: limits.bodyMilliseconds })
  bodies.release(most - body.length)
  opened.bytes = body.length
  return body
}

/** In a function of its own that has returned while the brokers are waited for: what was parsed is garbage by then. */
function publishBody(
  door: EventsDoor,
  request: IncomingMessage,
  mode: RequestMode,
  body: Buffer,
  startedAt: Timestamp,
  opened: Opened,
): Promise<readonly EventResult[]> {
  const events = readEvents(request, mode, body, door.limits.batchEvents)
  door.events.admit(events.length)
  opened.events = events.length
  const single = mode.many ? undefined : events[0]
  opened.span = startRequestSpan(door.tracing, request, startedAt, events.length, single)
  return publishEvents(door, events, { many: mode.many, span: opened.span })
}
