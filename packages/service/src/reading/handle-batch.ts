import { HubError, type NewEvent, type Timestamp } from '@samspill/contracts'
import { acceptAll, takeAll, isConnectionLoss, isTransient, lockBatches, lockSubjects } from '@samspill/postgres'
import type { BatchMode, Database, InboxEntry, ParkedFailure, Transaction } from '@samspill/postgres'
import { correctionAttributes, traceParentOf, type ActiveSpan, type Log, type Tracing } from '@samspill/telemetry'
import type { OutgoingEvent } from '../publishing/outgoing-events.ts'
import { appendEvents, prepareEvents, type PublishSurroundings } from '../publishing/publish-events.ts'
import { BatchFailed, BelievedWrongly, type HandlerFailure } from './batch-failed.ts'
import { divide, type Batch, type FailedRecord } from './batch.ts'
import { OwnResults, type ResultReading } from './own-results.ts'
import type { PlannedEvent, WorkableRecord } from './planned-record.ts'
import { runHandlers, type Consequence, type EventInHand } from './run-handlers.ts'
import { StatementWatch } from './statement-watch.ts'

/** What an attempt at a batch is made with. */
export interface AttemptSurroundings extends PublishSurroundings {
  readonly database: Pick<Database, 'transaction'>
  readonly log: Log
  readonly now: () => Timestamp
  /** Undefined where the service keeps no results. */
  readonly results?: ResultReading | undefined
}

/** What a batch is handled with. */
export interface BatchSurroundings extends AttemptSurroundings {
  readonly database: Database
}

/** How one attempt at a batch is made. */
export interface Attempt {
  /** Records that are known to fail, and how: they are parked and not tried. */
  readonly failures: ReadonlyMap<WorkableRecord, ParkedFailure>
  readonly mode: BatchMode
  /** True: where a statement fails, finds out whose it was. */
  readonly watched: boolean
  /** Whether the inbox is believed to know none of the events: where it does, the attempt fails before any handler runs. */
  readonly believedNew: boolean
}

type Prepare = (events: readonly NewEvent[], cause: EventInHand) => readonly OutgoingEvent[]

/** What a committed batch did. */
export interface BatchResult {
  readonly handled: readonly PlannedEvent[]
  /** Events that the inbox knew already. */
  readonly seen: number
  readonly returned: number
  readonly failed: readonly FailedRecord[]
  /** Records that wait behind a parked one of their key. */
  readonly waiting: number
}

/**
 * Handles one batch in one transaction: inbox, the handlers' writes, returned events into the outbox, parked rows, the
 * next offset. All of it commits or nothing does. Throws BatchFailed, or what the database answered.
 */
export async function handleBatch(
  batch: Batch,
  attempt: Attempt,
  surroundings: AttemptSurroundings,
): Promise<BatchResult> {
  const { database, tracing } = surroundings
  const inHand: EventInHand[] = []
  const watch = attempt.watched ? new StatementWatch() : undefined
  // One moment for the whole batch, kept in the inbox: a replay shows the handlers the same one.
  const handledAt = surroundings.now()
  try {
    const result = await database.transaction(async (transaction) => {
      const tried = batch.records.filter((record) => isTried(record, attempt))
      const subjects = tried.map(({ subject }) => subject)
      // No handler has run before the inbox has answered; where all is as it mostly is, it is asked in the same turn.
      const isPlain = batch.isUnhindered && attempt.failures.size === 0
      const believed = attempt.believedNew && isPlain ? tried : undefined
      // Opened after the locks are held: what another process did while this one waited is then seen.
      const [, , opened] = await Promise.all([
        lockBatches(transaction, attempt.mode),
        lockSubjects(transaction, 'handling', subjects),
        batch.open(transaction),
        believed && takeAll(transaction, believed.map(toInboxEntry), new Date(handledAt)),
      ])
      const { events, passedOver, failed, waiting } = divide(opened, attempt.failures)
      if (believed !== undefined && believed.length > events.length) throw new BelievedWrongly()
      const unseen = believed ?? (await takeUnseen(transaction, events, { attempt, handledAt }))
      for (const planned of unseen) {
        inHand.push({ planned, span: startProcessSpan(planned, batch, tracing, events.length) })
      }
      const results = surroundings.results && new OwnResults(transaction, surroundings.results)
      const prepare: Prepare = (events, { planned, span }) =>
        events.length === 0 ? [] : prepareEvents(events, { cause: planned.event, parent: span }, surroundings)
      const handling = { ...surroundings, transaction, watch, results, prepare, now: () => handledAt }
      const settled = passedOver.length === 0 ? events : [...events, ...passedOver]
      // Where the batch ends does not depend on its handlers: it is written in the turn of their first statements.
      const consequences = await inTheEnd(
        batch.close(watch?.of(undefined, transaction) ?? transaction, { settled, failed, waiting }),
        runHandlers(inHand, handling),
      )
      const outgoing = returnedEvents(consequences, results, prepare)
      await Promise.all([results?.keep(), appendEvents(transaction, outgoing)])
      return {
        handled: inHand.map(({ planned }) => planned),
        seen: events.length - inHand.length,
        returned: outgoing.length,
        failed,
        waiting: waiting.length,
      }
    })
    for (const { span } of inHand) span.end()
    return result
  } catch (error) {
    const failure = whoseFailure(error, inHand, watch)
    for (const { planned, span } of inHand) {
      const own = failure instanceof BatchFailed ? failure.failures.get(planned) : { error: failure }
      // Nothing is wrong with the others: they were undone with the transaction, and run again.
      if (own === undefined) span.set({ 'samspill.outcome': 'undone' })
      else span.fail(own.error)
      span.end()
    }
    throw failure
  }
}

/** Whether a record is an event that is not known to fail. */
function isTried(record: WorkableRecord, { failures }: Attempt): record is PlannedEvent {
  return record.kind === 'event' && !failures.has(record)
}

/** Takes events into the inbox and gives those that it did not know. Throws BatchFailed for ids that are used again. */
async function takeUnseen(
  transaction: Transaction,
  events: readonly PlannedEvent[],
  { attempt, handledAt }: { readonly attempt: Attempt; readonly handledAt: Timestamp },
): Promise<readonly PlannedEvent[]> {
  const accept = attempt.believedNew ? takeAll : acceptAll
  const verdicts = await accept(transaction, events.map(toInboxEntry), new Date(handledAt))
  refuseReusedIds(events.filter((_, index) => verdicts[index] === 'id-reused'))
  return events.filter((_, index) => verdicts[index] === 'new')
}

/** Waits for both, also where one fails: no handler may run on when its batch is tried again. */
async function inTheEnd<Result>(closing: Promise<void>, handling: Promise<Result>): Promise<Result> {
  const [closed, handled] = await Promise.allSettled([closing, handling])
  if (closed.status === 'rejected') throw closed.reason
  if (handled.status === 'rejected') throw handled.reason
  return handled.value
}

/** A statement that failed is its handler's failure, where it is known whose it was; the database's own troubles are nobody's. */
function whoseFailure(error: unknown, inHand: readonly EventInHand[], watch: StatementWatch | undefined): unknown {
  if (error instanceof BatchFailed || isConnectionLoss(error) || isTransient(error)) return error
  const guilty = inHand.find(({ planned }) => planned === watch?.guilty)
  if (guilty === undefined) return error
  return new BatchFailed(new Map([[guilty.planned, { error, traceparent: guilty.span.traceparent }]]), [])
}

function toInboxEntry({ event, contentHash, topic, partition, offset }: PlannedEvent): InboxEntry {
  const { source, id, type, replay } = event
  return { source, id, type, topic, partition, offset, contentHash, replay }
}

function startProcessSpan(planned: PlannedEvent, batch: Batch, tracing: Tracing, count: number): ActiveSpan {
  const { event, topic, partition, offset } = planned
  const { traceparent } = batch.earlierFailures(planned)
  return tracing.start(`process ${topic}`, {
    kind: 'consumer',
    parent: traceParentOf(event),
    ...(traceparent === undefined ? {} : { links: [{ traceparent }] }),
    attributes: () => ({
      'messaging.system': 'kafka',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': topic,
      'messaging.destination.partition.id': String(partition),
      'messaging.kafka.offset': Number(offset),
      'messaging.message.id': event.id,
      'messaging.batch.message_count': count,
      'samspill.event.type': event.type,
      'samspill.correlation.id': event.correlationId,
      // Of what a plain client publishes there is no other span.
      ...correctionAttributes(event),
    }),
  })
}

/** The same id with other content is no resend: it is parked, and never dropped. */
function refuseReusedIds(reused: readonly PlannedEvent[]): void {
  if (reused.length === 0) return
  const error = new HubError('id-reused', 'an earlier event with the same id and source had other content')
  throw new BatchFailed(new Map(reused.map((planned) => [planned, { error, traceparent: undefined }])), [])
}

/** What the handlers returned, ready for the outbox, in the order of their causes. */
function returnedEvents(
  consequences: readonly Consequence[],
  results: OwnResults | undefined,
  prepare: Prepare,
): OutgoingEvent[] {
  const failures = new Map<PlannedEvent, HandlerFailure>()
  const outgoing = consequences.flatMap(({ cause, events }) => {
    try {
      return results?.outgoingOf(cause.planned.event) ?? prepare(events, cause)
    } catch (error) {
      failures.set(cause.planned, { error, traceparent: cause.span.traceparent })
      return []
    }
  })
  if (failures.size === 0) return outgoing
  const passed = consequences.map(({ cause }) => cause.planned).filter((planned) => !failures.has(planned))
  throw new BatchFailed(failures, passed)
}
