import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Timestamp } from '@samspill/contracts'
import { HttpProblem, problemOf, readBody, type RequestHandler } from '@samspill/http'
import { traceParentOf, type ActiveSpan, type TraceParent } from '@samspill/telemetry'
import type { Admission } from './admission.ts'
import type { CloudEvent } from './cloud-event.ts'
import type { EventData } from './event-data.ts'
import { publishEvent, type Publishing, type PublishTrace } from './event-publisher.ts'
import { answerResults, type EventResult, type RefusedEvent } from './event-result.ts'
import type { IngressLimits } from './ingress-limits.ts'
import type { Measurements } from './measurements.ts'
import { requestModeOf, type RequestMode } from './media-type.ts'
import { readyEvent, type Readying, type ReadyEvent } from './ready-event.ts'
import { isRefused, readEvents, refusedEvent } from './request-events.ts'
import { SeenEvents } from './seen-events.ts'

/** What `POST /events` works with. */
export interface EventsDoor extends Readying, Publishing {
  readonly now: () => Timestamp
  readonly eventData: EventData
  readonly limits: IngressLimits
  readonly events: Admission
  readonly bodies: Admission
  readonly measurements: Measurements
}

/** Answers `POST /events`: reads the events of the request, publishes those that are fit, and says what became of each. */
export function postEvents(door: EventsDoor): RequestHandler {
  return async (request, response) => {
    const startedAt = door.now()
    const measure = (status: number): void => door.measurements.request(status, (door.now() - startedAt) / 1000)
    let span: ActiveSpan | undefined
    try {
      const mode = requestModeOf(request.headers)
      const body = await readWithinLimits(request, response, mode, door)
      const events = readEvents(request, mode, body, door.limits.batchEvents)
      using _seats = door.events.admit(events.length)
      span = startSpan(door, request, startedAt, events.length, mode.mode === 'batch' ? undefined : events[0])
      const results = await publishAll(door, mode, events, span)
      const status = answerResults(response, results)
      span.set({ 'http.response.status_code': status })
      measure(status)
    } catch (error) {
      const { status, code } = problemOf(error)
      span ??= startSpan(door, request, startedAt, 0)
      span.set({ 'http.response.status_code': status })
      span.fail(error)
      door.measurements.refusedRequest(code)
      measure(status)
      throw error
    } finally {
      span?.end()
    }
  }
}

async function readWithinLimits(
  request: IncomingMessage,
  response: ServerResponse,
  mode: RequestMode,
  door: EventsDoor,
): Promise<Buffer> {
  const { limits } = door
  const maxBytes = mode.mode === 'batch' ? limits.batchBodyBytes : limits.eventBodyBytes
  const announced = Number(request.headers['content-length'])
  const isPlain = announced >= 0 && request.headers['content-encoding'] === undefined
  using _seats = door.bodies.admit(isPlain ? Math.min(announced, maxBytes) : maxBytes)
  return await readBody(request, response, { maxBytes, timeoutMilliseconds: limits.bodyMilliseconds })
}

/**
 * The server span of a request. One event is one case, so the request belongs to the event's trace; a batch holds many
 * cases, so it has a trace of its own, which the cases link to.
 */
function startSpan(
  door: EventsDoor,
  request: IncomingMessage,
  startTime: number,
  count: number,
  single?: CloudEvent | RefusedEvent,
): ActiveSpan {
  return door.tracing.start('POST /events', {
    kind: 'server',
    parent: parentOf(request, single === undefined || isRefused(single) ? undefined : single),
    startTime,
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/events',
      'messaging.batch.message_count': count,
    },
  })
}

function parentOf(request: IncomingMessage, single: CloudEvent | undefined): TraceParent | undefined {
  const { traceparent, tracestate } = request.headers
  const ofRequest = typeof traceparent === 'string' ? { traceparent, tracestate: oneOf(tracestate) } : undefined
  if (single === undefined) return ofRequest
  if (single.traceparent !== undefined || ofRequest === undefined) return traceOfEvent(single)
  return traceOfEvent({ ...single, ...ofRequest })
}

function traceOfEvent(event: Pick<CloudEvent, 'id' | 'source' | 'traceparent' | 'tracestate'>): TraceParent {
  const { id, source, traceparent, tracestate } = event
  return traceParentOf({
    id,
    source,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(tracestate === undefined ? {} : { tracestate }),
  })
}

async function publishAll(
  door: EventsDoor,
  mode: RequestMode,
  events: readonly (CloudEvent | RefusedEvent)[],
  span: ActiveSpan,
): Promise<readonly EventResult[]> {
  const fetching = door.eventData.prepare(events)
  if (fetching !== undefined) await fetching
  if (events.length === 0) return []
  const isBatch = mode.mode === 'batch'
  const links = [span]
  const seen = isBatch ? new SeenEvents() : undefined
  return await new Promise((resolve) => {
    const results: EventResult[] = []
    let left = events.length
    // Every record enters its lane in this one turn: nothing comes between the events of a subject.
    for (const [index, event] of events.entries()) {
      publishOne(
        door,
        event,
        (each) => (isBatch ? { parent: traceOfEvent(each), links } : { parent: span }),
        seen,
        (result) => {
          results[index] = result
          left -= 1
          if (left === 0) resolve(results)
        },
      )
    }
  })
}

function publishOne(
  door: EventsDoor,
  event: CloudEvent | RefusedEvent,
  traceOf: (event: CloudEvent) => PublishTrace,
  seen: SeenEvents | undefined,
  tell: (result: EventResult) => void,
): void {
  if (isRefused(event)) {
    tell(measured(door, event, undefined))
    return
  }
  let ready: ReadyEvent
  try {
    ready = readyEvent(event, door)
    seen?.add(ready)
  } catch (error) {
    if (!(error instanceof HttpProblem)) door.log.error('an event could not be prepared', { error })
    const found = problemOf(error)
    tell(measured(door, refusedEvent(event, found), found.status === 404 ? undefined : event.type))
    return
  }
  publishEvent(ready, traceOf(event), door, (result) => tell(measured(door, result, event.type)))
}

function measured(door: EventsDoor, result: EventResult, eventType: string | undefined): EventResult {
  door.measurements.event(result, eventType)
  return result
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}
