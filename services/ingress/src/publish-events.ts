import { HttpProblem, problemOf } from '@samspill/http'
import type { SendOptions } from '@samspill/kafka'
import type { ActiveSpan } from '@samspill/telemetry'
import type { CloudEvent } from './cloud-event.ts'
import type { EventData } from './event-data.ts'
import { publishEvent, type Publishing } from './event-publisher.ts'
import type { EventResult, RefusedEvent } from './event-result.ts'
import type { Measurements } from './measurements.ts'
import { readyEvent, type ReadyEvent, type Readying } from './ready-event.ts'
import { isRefused, refusedEvent } from './request-events.ts'
import { RequestResults } from './request-results.ts'
import { traceOfEvent } from './request-span.ts'
import { SeenEvents } from './seen-events.ts'

/** What the events of a request are published with. */
export interface PublishingEvents extends Readying, Publishing {
  readonly eventData: EventData
  readonly measurements: Measurements
}

/** The request that events came with. */
export interface EventsRequest {
  /** Whether it is a batch. */
  readonly many: boolean
  readonly span: ActiveSpan
}

/** Publishes the events of a request that are fit, and tells what became of each, in their order. */
export function publishEvents(
  door: PublishingEvents,
  events: readonly (CloudEvent | RefusedEvent)[],
  request: EventsRequest,
): Promise<readonly EventResult[]> {
  if (events.length === 0) return Promise.resolve([])
  const fetching = door.eventData.prepare(events)
  return fetching === undefined
    ? offerEvents(door, events, request)
    : fetching.then(() => offerEvents(door, events, request))
}

/** Every record enters its lane in this one turn: nothing comes between the events of a subject. */
function offerEvents(
  door: PublishingEvents,
  events: readonly (CloudEvent | RefusedEvent)[],
  { many, span }: EventsRequest,
): Promise<readonly EventResult[]> {
  const results = new RequestResults(events.length, door.measurements)
  const seen = many ? new SeenEvents() : undefined
  const links = [span]
  const now = door.now()
  const sendOptions: SendOptions = { deadline: now + door.publishMilliseconds }
  for (const [index, event] of events.entries()) {
    if (isRefused(event)) {
      results.tell(index, event, undefined)
      continue
    }
    const ready = readyOrRefused(door, event, seen)
    if ('status' in ready) {
      results.tell(index, ready, ready.problem.status === 404 ? undefined : event.type)
      continue
    }
    const trace = many ? { parent: traceOfEvent(event), links } : { parent: span }
    publishEvent(ready, { now, trace, sendOptions, place: { results, index } }, door)
  }
  return results.all
}

function readyOrRefused(
  door: PublishingEvents,
  event: CloudEvent,
  seen: SeenEvents | undefined,
): ReadyEvent | RefusedEvent {
  try {
    const ready = readyEvent(event, door)
    seen?.add(ready)
    return ready
  } catch (error) {
    if (!(error instanceof HttpProblem)) door.log.error('an event could not be prepared', { error })
    return refusedEvent(event, problemOf(error))
  }
}
