import type { HeaderWriter, Timestamp } from '@samspill/contracts'
import { problem, type HttpProblem } from '@samspill/http'
import { AppendError, type Acknowledgement, type Lanes, type SendOptions, type SendWaiter } from '@samspill/kafka'
import {
  correctionAttributes,
  type ActiveSpan,
  type Log,
  type SpanAttributes,
  type TraceParent,
  type Tracing,
} from '@samspill/telemetry'
import type { CloudEvent } from './cloud-event.ts'
import type { EventResult } from './event-result.ts'
import type { EventType } from './event-types.ts'
import type { ReadyEvent } from './ready-event.ts'
import { recordOfEvent } from './record-of-event.ts'
import type { RequestResults } from './request-results.ts'

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

/** How one event of a request is published. */
export interface EventPublishing {
  readonly now: Timestamp
  readonly sendOptions: SendOptions
  /** Where its span belongs. */
  readonly trace: { readonly parent: TraceParent; readonly links?: readonly TraceParent[] }
  /** Where to tell what became of it. */
  readonly place: { readonly results: RequestResults; readonly index: number }
}

/**
 * Sends an event and tells what became of it. The record enters its lane before this returns, so that events published
 * one after another keep their order.
 */
export function publishEvent(ready: ReadyEvent, how: EventPublishing, publishing: Publishing): void {
  const { event, eventType } = ready
  const { parent, links } = how.trace
  const span = publishing.tracing.start(eventType.spanName, {
    kind: 'producer',
    parent,
    links,
    attributes: () => spanAttributes(ready),
  })
  publishing.sender.offer(
    recordOfEvent(ready, span, how.now, publishing.headersOf),
    how.sendOptions,
    new SentEvent(event, eventType, span, how.place, publishing.log),
  )
}

function spanAttributes({ event, eventType }: ReadyEvent): SpanAttributes {
  return {
    'messaging.system': 'kafka',
    'messaging.operation.name': 'publish',
    'messaging.operation.type': 'send',
    'messaging.destination.name': eventType.topic,
    'messaging.message.id': event.id,
    'samspill.event.type': event.type,
    'samspill.event.source': event.source,
    'samspill.correlation.id': event.correlationid ?? event.id,
    ...(event.correction === undefined ? {} : correctionAttributes(event.correction)),
  }
}

/** An event that the brokers are asked to take. It keeps no more of the event than its answer needs. */
class SentEvent implements SendWaiter {
  readonly #id: string
  readonly #source: string
  readonly #eventType: EventType
  readonly #span: ActiveSpan
  readonly #place: EventPublishing['place']
  readonly #log: Log

  constructor(
    { id, source }: CloudEvent,
    eventType: EventType,
    span: ActiveSpan,
    place: EventPublishing['place'],
    log: Log,
  ) {
    this.#id = id
    this.#source = source
    this.#eventType = eventType
    this.#span = span
    this.#place = place
    this.#log = log
  }

  acknowledged({ partition, offset: exactOffset }: Acknowledgement): void {
    const offset = Number(exactOffset)
    this.#span.set({ 'messaging.destination.partition.id': String(partition), 'messaging.kafka.offset': offset })
    const { topic: stream } = this.#eventType
    this.#tell({ id: this.#id, source: this.#source, status: 'accepted', stream, partition, offset })
  }

  refused(error: unknown): void {
    this.#span.fail(error)
    this.#tell(this.#failed(error))
  }

  #tell(result: EventResult): void {
    this.#span.end()
    this.#place.results.tell(this.#place.index, result, this.#eventType.type)
  }

  #failed(error: unknown): EventResult {
    const [id, source] = [this.#id, this.#source]
    if (!(error instanceof AppendError)) {
      this.#log.error('an event could not be published', { error, eventType: this.#eventType.type, eventId: id })
    }
    if (error instanceof AppendError && error.outcome === 'not-written') {
      return { id, source, status: 'refused', problem: notWritten(error, this.#eventType) }
    }
    return { id, source, status: 'unknown', problem: outcomeUnknown() }
  }
}

function outcomeUnknown(): HttpProblem {
  const detail =
    'The brokers did not answer in time: the event may have been published, or not. Send it again with the same id and source, then it counts once.'
  return problem(503, 'outcome-unknown', detail, { retryAfter: 5 })
}

function notWritten(error: AppendError, eventType: EventType): HttpProblem {
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
