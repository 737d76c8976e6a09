import { HubError, type NewEvent, type ReceivedEvent, type Timestamp } from '@samspill/contracts'
import type { Transaction } from '@samspill/postgres'
import type { ActiveSpan, Log, Tracing } from '@samspill/telemetry'
import { eventList } from '../event-list.ts'
import type { HandlerContext, Returned } from '../subscription.ts'
import { HandlerFailed } from './handler-failed.ts'
import type { PlannedEvent } from './planned-record.ts'

/** An event in the hands of its handler: with the span that stands for this handling. */
export interface EventInHand {
  readonly planned: PlannedEvent
  readonly span: ActiveSpan
}

/** What handlers run with. */
export interface HandlerSurroundings {
  readonly transaction: Transaction
  readonly tracing: Tracing
  readonly log: Log
  readonly now: () => Timestamp
}

/** What one event led to. */
export interface Consequence {
  readonly cause: EventInHand
  readonly events: readonly NewEvent[]
}

/**
 * Runs the handlers of one batch and gives back what they returned, in the order of the events. Events run one after
 * another; those of `independent` subscriptions run side by side by subject; those of `onBatch` run together.
 * Throws HandlerFailed, which names the guilty event where it is known.
 */
export async function runHandlers(
  events: readonly EventInHand[],
  surroundings: HandlerSurroundings,
): Promise<readonly Consequence[]> {
  const consequences: Consequence[] = []
  for (const run of runsOf(events)) {
    const first = run[0]
    if (first === undefined) continue
    const { subscription } = first.planned
    if ('batch' in subscription.handling) {
      consequences.push(...(await handleTogether(run, subscription.handling.batch, surroundings)))
    } else if (subscription.independent) {
      consequences.push(...(await handleSideBySide(run, surroundings)))
    } else {
      for (const event of run) consequences.push(await handleOne(event, surroundings))
    }
  }
  return consequences
}

/** Cuts a batch into runs that are handled in the same way, so that no event overtakes another of its subject. */
function runsOf(events: readonly EventInHand[]): EventInHand[][] {
  const runs: EventInHand[][] = []
  let mode: unknown
  for (const event of events) {
    const { subscription } = event.planned
    const own = 'batch' in subscription.handling ? subscription : subscription.independent
    const current = runs.at(-1)
    if (current === undefined || own !== mode) runs.push([event])
    else current.push(event)
    mode = own
  }
  return runs
}

async function handleSideBySide(
  run: readonly EventInHand[],
  surroundings: HandlerSurroundings,
): Promise<Consequence[]> {
  const bySubject = Map.groupBy(run, (event) => event.planned.subject)
  const handled = new Map<EventInHand, Consequence>()
  const outcomes = await Promise.allSettled(
    Array.from(bySubject.values(), async (ownEvents) => {
      for (const event of ownEvents) handled.set(event, await handleOne(event, surroundings))
    }),
  )
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []))
  // One failed statement fails the transaction for all that run beside it: only the first cause is worth a name.
  const cause = failures.find((failure) => !isConsequenceOfAnother(failure)) ?? failures[0]
  if (cause !== undefined) throw cause
  return run.flatMap((event) => handled.get(event) ?? [])
}

async function handleOne(event: EventInHand, surroundings: HandlerSurroundings): Promise<Consequence> {
  const { planned, span } = event
  const { handling, contract } = planned.subscription
  if (!('each' in handling)) throw new TypeError('a batch subscription is not handled event by event')
  const { each } = handling
  try {
    const returned = await surroundings.tracing.span(
      `handle ${contract.type}`,
      { kind: 'internal', parent: span, attributes: { 'samspill.event.type': contract.type } },
      () => each(traceable(event) as never, contextOf(event, surroundings)),
    )
    return { cause: event, events: eventList(returned) }
  } catch (error) {
    throw new HandlerFailed(planned, error)
  }
}

async function handleTogether(
  run: readonly EventInHand[],
  batch: (events: never, context: HandlerContext) => void | readonly Returned[] | Promise<void | readonly Returned[]>,
  surroundings: HandlerSurroundings,
): Promise<Consequence[]> {
  const [first] = run
  if (first === undefined) return []
  try {
    const replay = run.some(({ planned }) => planned.event.replay)
    const returned = await batch(run.map(traceable) as never, { ...contextOf(first, surroundings), replay })
    if (returned !== undefined && returned.length !== run.length) throw resultsMismatch(returned.length, run.length)
    return run.map((cause, index) => ({ cause, events: eventList(returned?.[index]) }))
  } catch (error) {
    throw new HandlerFailed(run.length === 1 ? first.planned : undefined, error)
  }
}

/** What an event led to is told by its place in the list: with one more or less, events would be lost or change hands. */
function resultsMismatch(results: number, events: number): HubError {
  return new HubError(
    'batch-results-mismatch',
    `the handler returned ${results} results for ${events} events: return one for each, an empty list where nothing follows`,
  )
}

function contextOf(event: EventInHand, { transaction, log, now }: HandlerSurroundings): HandlerContext {
  return { transaction, log, replay: event.planned.event.replay, now, link: (earlier) => event.span.link(earlier) }
}

/** An event that came without a trace gets that of its handling, so that whoever keeps it can link to it later. */
function traceable({ planned, span }: EventInHand): ReceivedEvent {
  return { traceparent: span.traceparent, ...planned.event }
}

/** PostgreSQL answers 25P02 to whatever comes after the statement that failed. */
function isConsequenceOfAnother(failure: unknown): boolean {
  const cause: unknown = failure instanceof HandlerFailed ? failure.cause : failure
  return sqlState(cause) === '25P02'
}

function sqlState(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  if ('sqlState' in error) return error.sqlState
  return 'code' in error ? error.code : undefined
}
