import { HubError, timestamp, type NewEvent, type ReceivedEvent, type Timestamp } from '@samspill/contracts'
import type { EventDecoder } from '@samspill/avro'
import { isConnectionLoss, type Database, type HandledRecord, type OutboxRow } from '@samspill/postgres'
import { traceParentOf, type Log, type Tracing } from '@samspill/telemetry'
import type { OutgoingEvent, OutgoingEvents } from '../publishing/outgoing-events.ts'
import { prepareEvents } from '../publishing/publish-events.ts'
import { BatchFailed } from '../reading/batch-failed.ts'
import { reasonOf } from '../parking/reason-of-failure.ts'
import { OwnResults, type ResultReading } from '../reading/own-results.ts'
import { planRecords, type PlannedEvent, type PlannedRecord, type SubscribedStream } from '../reading/planned-record.ts'
import { runHandlers, type Consequence, type EventInHand, type HandlerSurroundings } from '../reading/run-handlers.ts'
import type { Result } from './compare-results.ts'

/** What history is played with. */
export interface PlaySurroundings {
  /** Opened with the shadow schema. */
  readonly shadow: Database
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly decoder: EventDecoder
  readonly outgoing: OutgoingEvents
  readonly tracing: Tracing
  readonly log: Log
  /** Undefined where the service keeps no results. */
  readonly results?: ResultReading | undefined
}

/** An event that a handler returns now. */
export interface ReturnedResult extends Result {
  readonly row: OutboxRow
}

/** What came of one event this time. */
export interface PlayedEvent {
  readonly handled: HandledRecord
  /** The event type; undefined where the service has no `on` for it any more. */
  readonly type: string | undefined
  readonly returned: readonly ReturnedResult[]
}

/**
 * Lets the handlers handle a page of history again, in its order and at the moments of the first time, in one
 * transaction on the shadow tables. Nothing is published, and hardly a span goes out. Throws `replay-handler-failed`,
 * `replay-unreadable`, `history-expired`.
 */
export async function playPage(
  page: readonly HandledRecord[],
  surroundings: PlaySurroundings,
): Promise<readonly PlayedEvent[]> {
  const planned = await planPage(page, surroundings)
  const events = planned.filter((each) => each !== undefined)
  const consequences = await handleAgain(byMoment(page, planned), surroundings)
  const byEvent = new Map(consequences.map((each) => [each.cause.planned, each]))
  if (byEvent.size !== events.length) throw new TypeError('a handler came to no end')
  return page.map((handled, index) => {
    const event = planned[index]
    const consequence = event === undefined ? undefined : byEvent.get(event)
    return { handled, type: event?.event.type, returned: resultsOf(consequence, surroundings) }
  })
}

async function handleAgain(moments: readonly Moment[], surroundings: PlaySurroundings): Promise<Consequence[]> {
  const { shadow, log } = surroundings
  const tracing = unseen(surroundings.tracing)
  let current: readonly PlannedEvent[] = []
  try {
    return await shadow.transaction(async (transaction) => {
      const led: Consequence[] = []
      const results = surroundings.results && new OwnResults(transaction, surroundings.results)
      const prepare: HandlerSurroundings['prepare'] = (events, cause) => prepareAgain(events, cause, surroundings)
      for (const { handledAt, together } of moments) {
        current = together
        const inHand = together.map((planned) => {
          const parent = traceParentOf(planned.event)
          // Handlers keep the span of an event that came without trace context: that one must be there to be found.
          const { start } = 'traceOf' in parent ? surroundings.tracing : tracing
          return { planned, span: start('replay', { kind: 'internal', parent }) }
        })
        const now = (): Timestamp => timestamp(handledAt)
        led.push(...(await runHandlers(inHand, { transaction, tracing, log, now, results, prepare })))
        for (const { span } of inHand) span.end()
      }
      await results?.keep()
      return led
    })
  } catch (error) {
    if (isConnectionLoss(error)) throw error
    log.error('a rebuild ended at a handler that failed', { error })
    throw handlerFailed(current, error)
  }
}

/** The events of a page, in its order; undefined where the service has no `on` for one any more. */
async function planPage(
  page: readonly HandledRecord[],
  { streams, decoder }: PlaySurroundings,
): Promise<readonly (PlannedEvent | undefined)[]> {
  const planned = new Map<HandledRecord, PlannedRecord>()
  for (const part of Map.groupBy(page, ({ topic, partition }) => `${topic} ${partition}`).values()) {
    const [first] = part
    const subscribed = first && streams.get(first.topic)
    if (first === undefined || subscribed === undefined) continue
    const { topic, partition } = first
    const results = await planRecords(part, { topic, partition, subscribed }, decoder)
    for (const [index, handled] of part.entries()) {
      const result = results[index]
      if (result !== undefined) planned.set(handled, result)
    }
  }
  return page.map((handled) => {
    const record = planned.get(handled)
    if (record === undefined || record.kind === 'passed-over') return undefined
    if (record.kind !== 'event') throw unreadable(handled, record.error)
    if (record.event.id !== handled.id || record.event.source !== handled.source) throw notTheSame(handled)
    return { ...record, event: { ...record.event, replay: true } }
  })
}

interface Moment {
  readonly handledAt: number
  readonly together: PlannedEvent[]
}

/** Cuts a page where the time of handling changes: those of one batch saw the same time. */
function byMoment(page: readonly HandledRecord[], planned: readonly (PlannedEvent | undefined)[]): readonly Moment[] {
  const moments: Moment[] = []
  for (const [index, { handledAt }] of page.entries()) {
    const event = planned[index]
    if (event === undefined) continue
    const current = moments.at(-1)
    if (current?.handledAt === handledAt) current.together.push(event)
    else moments.push({ handledAt, together: [event] })
  }
  return moments
}

function resultsOf(consequence: Consequence | undefined, surroundings: PlaySurroundings): readonly ReturnedResult[] {
  if (consequence === undefined) return []
  const cause: ReceivedEvent = consequence.cause.planned.event
  return prepareAgain(consequence.events, consequence.cause, surroundings).map(({ envelope, row }) => {
    // The trace of an event goes on from its cause, not from spans that nobody will see.
    const { traceparent, tracestate } = cause
    const trace = { ...(traceparent && { traceparent }), ...(tracestate && { tracestate }) }
    const { traceparent: _, tracestate: __, ...rest } = envelope
    return { envelope: { ...rest, ...trace }, row, key: row.key, value: row.value }
  })
}

function prepareAgain(
  events: readonly NewEvent[],
  { planned }: EventInHand,
  { outgoing, tracing }: PlaySurroundings,
): readonly OutgoingEvent[] {
  const cause = planned.event
  return prepareEvents(events, { cause, parent: traceParentOf(cause) }, { outgoing, tracing: unseen(tracing) })
}

/** Spans that are never ended, and so never go out: what is played is compared, and has no effect. */
function unseen(tracing: Tracing): Tracing {
  return {
    start: (name, options) => ({ ...tracing.start(name, options), end: () => undefined }),
    span: async (name, options, work) => await work({ ...tracing.start(name, options), end: () => undefined }),
  }
}

/** A statement's failure is known only with those of the same moment; a handler's own names its event. */
function handlerFailed(together: readonly PlannedEvent[], cause: unknown): HubError {
  const [named] = cause instanceof BatchFailed ? cause.failures : []
  const guilty = named?.[0] ?? together[0]
  const where = named === undefined ? 'at or after the event' : 'at the event'
  const { code, sentence } = reasonOf(named?.[1].error ?? cause)
  return new HubError(
    'replay-handler-failed',
    `a handler failed ${where} ${guilty?.event.id} of the type ${guilty?.event.type}, which it had handled before: ${sentence} [${code}]`,
    { cause },
  )
}

function unreadable({ topic, partition, offset }: HandledRecord, cause: HubError): HubError {
  const sentence = `a record that was handled before can no longer be read, at ${topic} partition ${partition} offset ${offset}`
  return new HubError('replay-unreadable', `${sentence}: ${cause.message}`, { cause })
}

function notTheSame({ topic, partition, offset }: HandledRecord): HubError {
  return new HubError(
    'history-expired',
    `another event stands at ${topic} partition ${partition} offset ${offset} than the one that was handled: the topic was made anew`,
  )
}
