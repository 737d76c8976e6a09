import type { HeaderWriter, Timestamp } from '@samspill/contracts'
import { problem, type HttpProblem } from '@samspill/http'
import { AppendError, type Acknowledgement, type Lanes } from '@samspill/kafka'
import { correctionAttributes, type ActiveSpan, type Log, type Tracing, type TraceParent } from '@samspill/telemetry'
import type { CloudEvent } from './cloud-event.ts'
import type { AcceptedEvent, EventResult, RefusedEvent, UnknownEvent } from './event-result.ts'
import type { ReadyEvent } from './ready-event.ts'
import { recordOfEvent } from './record-of-event.ts'

/** What ingress needs of the lanes. */
export type Sender = Pick<Lanes, 'offer'>

/** What events are published with. */
export interface Publishing {
  readonly sender: Sender
  readonly tracing: Tracing
  readonly log: Log
  readonly now: () => Timestamp
  /** How long an event may take to be acknowledged. */
  readonly publishMilliseconds: number
  readonly headersOf: HeaderWriter
}

/** Where the span of a publish belongs. */
export interface PublishTrace {
  readonly parent: TraceParent
  readonly links?: readonly TraceParent[]
}

/**
 * Sends an event and tells what became of it. The record enters its lane before this returns, so that events published
 * one after another keep their order.
 */
export function publishEvent(
  ready: ReadyEvent,
  trace: PublishTrace,
  publishing: Publishing,
  tell: (result: EventResult) => void,
): void {
  const { event, eventType } = ready
  const span = publishing.tracing.start(eventType.spanName, {
    kind: 'producer',
    parent: trace.parent,
    links: trace.links,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'send',
      'messaging.destination.name': eventType.topic,
      'messaging.message.id': event.id,
      'samspill.event.type': event.type,
      'samspill.event.source': event.source,
      'samspill.correlation.id': event.correlationid ?? event.id,
    },
  })
  if (event.correction !== undefined) span.set(correctionAttributes(event.correction))
  const now = publishing.now()
  publishing.sender.offer(
    recordOfEvent(ready, span, now, publishing.headersOf),
    { deadline: now + publishing.publishMilliseconds },
    {
      acknowledged: (at) => tell(accepted(event, at, span)),
      refused: (error) => tell(failed(ready, error, span, publishing.log)),
    },
  )
}

function accepted(
  { id, source }: CloudEvent,
  { topic, partition, offset }: Acknowledgement,
  span: ActiveSpan,
): AcceptedEvent {
  span.set({ 'messaging.destination.partition.id': String(partition), 'messaging.kafka.offset': Number(offset) })
  span.end()
  return { id, source, status: 'accepted', stream: topic, partition, offset: Number(offset) }
}

function failed(ready: ReadyEvent, error: unknown, span: ActiveSpan, log: Log): RefusedEvent | UnknownEvent {
  span.fail(error)
  span.end()
  const { id, source, type } = ready.event
  if (!(error instanceof AppendError)) {
    log.error('an event could not be published', { error, eventType: type, eventId: id })
  }
  if (error instanceof AppendError && error.outcome === 'not-written') {
    return { id, source, status: 'refused', problem: notWritten(error, ready) }
  }
  return { id, source, status: 'unknown', problem: outcomeUnknown() }
}

function outcomeUnknown(): HttpProblem {
  const detail =
    'The brokers did not answer in time: the event may have been published, or not. Send it again with the same id and source, then it counts once.'
  return problem(503, 'outcome-unknown', detail, { retryAfter: 5 })
}

function notWritten(error: AppendError, { eventType }: ReadyEvent): HttpProblem {
  switch (error.code) {
    case 'record-too-large':
      return eventTooLarge()
    case 'lanes-full':
      return tooManyInFlight()
    case 'lanes-closed':
      return problem(503, 'stopping', 'The hub is stopping and did not publish the event. Send it again.', {
        retryAfter: 1,
      })
    case 'topic-unknown':
      return problem(
        503,
        'stream-missing',
        `The stream ${eventType.topic} has not been created yet. Send it again later.`,
        {
          retryAfter: 30,
        },
      )
    default:
      return problem(
        503,
        'brokers-away',
        'The brokers did not take the event; it was not published. Send it again later.',
        {
          retryAfter: 5,
        },
      )
  }
}

/** The problem of more events than ingress holds at once. */
export function tooManyInFlight(): HttpProblem {
  return problem(
    503,
    'too-many-in-flight',
    'The hub has as many events in hand as it takes at once. Send it again soon.',
    {
      retryAfter: 1,
    },
  )
}

/** The problem of an event that fills more than a record may. */
export function eventTooLarge(): HttpProblem {
  return problem(
    413,
    'event-too-large',
    'The event is larger than one record may be. Publish a reference to large content.',
  )
}
