import { HubError, type NewEvent, type ReceivedEvent, type Timestamp } from '@samspill/contracts'
import type { Transaction } from '@samspill/postgres'
import type { ActiveSpan, Log, Tracing } from '@samspill/telemetry'
import { eventList } from '../event-list.ts'
import type { OutgoingEvent } from '../publishing/outgoing-events.ts'
import type { HandlerContext, Returned } from '../subscription.ts'
import { BatchFailed, type HandlerFailure } from './batch-failed.ts'
import { resultsNotKept, type OwnResults } from './own-results.ts'
import type { PlannedEvent } from './planned-record.ts'
import type { StatementWatch } from './statement-watch.ts'

/** An event in the hands of its handler: with the span that stands for this handling. */
export interface EventInHand {
  readonly planned: PlannedEvent
  readonly span: ActiveSpan
}

/** What handlers run with. */
export interface HandlerSurroundings {
  readonly transaction: Transaction
  /** Where it must be known whose statement fails. */
  readonly watch?: StatementWatch | undefined
  readonly tracing: Tracing
  readonly log: Log
  readonly now: () => Timestamp
  /** Undefined where the service keeps no results. */
  readonly results?: OwnResults | undefined
  /** Makes what a handler returned ready to be published. */
  prepare(events: readonly NewEvent[], cause: EventInHand): readonly OutgoingEvent[]
}

/** What one event led to. */
export interface Consequence {
  readonly cause: EventInHand
  readonly events: readonly NewEvent[]
}

/**
 * Runs the handlers of one batch and gives back what they returned, in the order of the events. Events run one after
 * another; those of `independent` subscriptions run side by side by subject; those of `onBatch` run together.
 * Throws BatchFailed with all that are known to have failed.
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
    const failures = new Map<PlannedEvent, HandlerFailure>()
    if ('batch' in subscription.handling) {
      consequences.push(...(await handleTogether(run, subscription.handling.batch, surroundings)))
    } else if (subscription.independent) {
      consequences.push(...(await handleSideBySide(run, surroundings, failures)))
    } else {
      consequences.push(...(await handleInTurn(run, surroundings, failures)))
    }
    if (failures.size > 0) {
      throw new BatchFailed(
        failures,
        consequences.map(({ cause }) => cause.planned),
      )
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

type Failures = Map<PlannedEvent, HandlerFailure>

/** Gives what the events before the first failing one led to. */
async function handleInTurn(
  run: readonly EventInHand[],
  surroundings: HandlerSurroundings,
  failures: Failures,
): Promise<Consequence[]> {
  const consequences: Consequence[] = []
  for (const event of run) {
    const consequence = await handleOne(event, surroundings, failures)
    if (consequence === undefined) break
    consequences.push(consequence)
  }
  return consequences
}

/** Subjects do not touch each other: what one attempt says of each of them holds, also where others fail. */
async function handleSideBySide(
  run: readonly EventInHand[],
  surroundings: HandlerSurroundings,
  failures: Failures,
): Promise<Consequence[]> {
  const latest = new Map<string, Promise<Consequence | undefined>>()
  const handled = await Promise.all(
    run.map((event) => {
      const { subject } = event.planned
      const before = latest.get(subject)
      const handling =
        before === undefined
          ? handleOne(event, surroundings, failures)
          : before.then((consequence) => consequence && handleOne(event, surroundings, failures))
      latest.set(subject, handling)
      return handling
    }),
  )
  return handled.filter((consequence) => consequence !== undefined)
}

/** Undefined where the handler failed. */
async function handleOne(
  event: EventInHand,
  surroundings: HandlerSurroundings,
  failures: Failures,
): Promise<Consequence | undefined> {
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
    return consequenceOf(event, returned, surroundings)
  } catch (error) {
    failures.set(planned, { error, traceparent: span.traceparent })
    return undefined
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
    return run.map((cause, index) => consequenceOf(cause, returned?.[index], surroundings))
  } catch (error) {
    const failure = { error, traceparent: first.span.traceparent }
    throw new BatchFailed(new Map(run.length === 1 ? [[first.planned, failure]] : []), [], { cause: error })
  }
}

/** What an event led to is told by its place in the list: with one more or less, events would be lost or change hands. */
function resultsMismatch(results: number, events: number): HubError {
  return new HubError(
    'batch-results-mismatch',
    `the handler returned ${results} results for ${events} events: return one for each, an empty list where nothing follows`,
  )
}

function consequenceOf(cause: EventInHand, returned: Returned, surroundings: HandlerSurroundings): Consequence {
  const { results, prepare } = surroundings
  const events = eventList(returned)
  // Ready at once, not with the rest of the batch: a later event of the same batch may ask for it.
  results?.add({ cause: cause.planned.event, events, outgoing: prepare(events, cause) })
  return { cause, events }
}

function contextOf(event: EventInHand, surroundings: HandlerSurroundings): HandlerContext {
  const { transaction, watch, log, now, results } = surroundings
  return {
    transaction: watch === undefined ? transaction : watch.of(event.planned, transaction),
    log,
    replay: event.planned.event.replay,
    now,
    link: (earlier) => event.span.link(earlier),
    resultOf: (earlier, contract) =>
      results === undefined ? Promise.reject(resultsNotKept()) : results.of(earlier, contract),
  }
}

/** An event that came without a trace gets that of its handling, so that whoever keeps it can link to it later. */
function traceable({ planned, span }: EventInHand): ReceivedEvent {
  const { event } = planned
  return event.traceparent === undefined ? { ...event, traceparent: span.traceparent } : event
}
