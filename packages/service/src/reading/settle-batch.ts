import { HubError } from '@samspill/contracts'
import { isConnectionLoss, isTakenBefore, isTransient, type ParkedFailure } from '@samspill/postgres'
import { nextAttempt } from '../parking/next-attempt.ts'
import { BatchFailed, BelievedWrongly, type HandlerFailure } from './batch-failed.ts'
import type { Batch, DivisibleBatch } from './batch.ts'
import { handleBatch, type BatchResult, type BatchSurroundings } from './handle-batch.ts'
import { PositionBehind } from './partition-batch.ts'
import type { WorkableRecord } from './planned-record.ts'

/** How far a batch came: the parts that have committed, in order. */
export interface Settled<Kind extends Batch = Batch> {
  readonly results: readonly BatchResult[]
  /** The last part that has committed; undefined where none has. */
  readonly last: Kind | undefined
  /** What was thrown for the records that are parked now. */
  readonly errors: ReadonlyMap<WorkableRecord, unknown>
  /** Why it went no further. */
  readonly failure?: unknown
}

/** Says whether what fails are single events, or all of it. */
export interface Judge {
  /** Looks at what an attempt came to. True: it is not the events; nothing is parked, and nothing more is tried. */
  halts(failures: ReadonlyMap<WorkableRecord, HandlerFailure>, passed: readonly WorkableRecord[]): boolean
  /** Looks at events whose effects have committed. */
  passed(records: readonly WorkableRecord[]): void
}

/** What batches are settled with. */
export interface SettleSurroundings extends BatchSurroundings {
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number
}

/** After so many deadlocks, the batch runs while no other of the service does: alone, it has nobody to lose to. */
const deadlocksBeforeAlone = 2
const attemptsAtTransientFailures = 10
/** A batch in which many fail one by one is cut so small that a further failure costs little. */
const pieceSize = 32

interface Part<Kind> {
  readonly batch: Kind
  readonly watched: boolean
}

/**
 * Handles a batch: all of it commits, in parts where it must be. What fails is rolled back, the guilty are parked and the
 * rest runs again as a batch. All that one attempt names as guilty are parked together; where a second attempt fails too,
 * or a statement failed and it is not known whose, the batch goes on in pieces. Deadlocks and serialisation failures run
 * it again, halved, and are nobody's failure.
 */
export async function settleBatch<Kind extends DivisibleBatch<Kind>>(
  batch: Kind,
  surroundings: SettleSurroundings,
  judge: Judge,
): Promise<Settled<Kind>> {
  const results: BatchResult[] = []
  const errors = new Map<WorkableRecord, unknown>()
  const failures = new Map<WorkableRecord, ParkedFailure>()
  const blame = (found: ReadonlyMap<WorkableRecord, HandlerFailure>): void => {
    for (const [record, failure] of found) {
      failures.set(record, nextAttempt(record, failure, batch.earlierFailures(record), surroundings))
      errors.set(record, failure.error)
    }
  }
  let last: Kind | undefined
  const unreadable = unreadableIn(batch)
  if (unreadable.size > 0 && judge.halts(unreadable, withoutUnreadable(batch))) {
    return { results, last, errors, failure: serviceFailing() }
  }
  blame(unreadable)

  const todo: Part<Kind>[] = [{ batch, watched: false }]
  let transientFailures = 0
  let failedAttempts = 0
  let believedNew = true
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    try {
      const mode = transientFailures >= deadlocksBeforeAlone ? 'alone' : 'beside'
      const result = await handleBatch(part.batch, { failures, mode, watched: part.watched, believedNew }, surroundings)
      judge.passed(result.handled)
      results.push(result)
      last = part.batch
    } catch (error) {
      if (believedNew && (isTakenBefore(error) || error instanceof BelievedWrongly)) {
        believedNew = false
        todo.push(part)
        continue
      }
      if (isConnectionLoss(error) || error instanceof PositionBehind) return { results, last, errors, failure: error }
      if (isTransient(error) || isMoved(error)) {
        transientFailures += 1
        if (transientFailures > attemptsAtTransientFailures) return { results, last, errors, failure: error }
        todo.push(...halves(part))
        continue
      }
      const found = guiltyOf(error, part.batch, failures)
      if (found.size === 0) {
        const smaller = whereNobodyIsKnown(part)
        if (smaller === undefined) return { results, last, errors, failure: error }
        todo.push(...smaller)
        continue
      }
      const passed = error instanceof BatchFailed ? error.passed : []
      if (judge.halts(found, passed)) return { results, last, errors, failure: serviceFailing() }
      blame(found)
      failedAttempts += 1
      todo.push(...(failedAttempts === 1 ? [part] : pieces(part)))
    }
  }
  return { results, last, errors }
}

function unreadableIn(batch: Batch): Map<WorkableRecord, HandlerFailure> {
  const found = new Map<WorkableRecord, HandlerFailure>()
  for (const record of batch.records) {
    if (record.kind === 'unreadable') found.set(record, { error: record.error, traceparent: undefined })
  }
  return found
}

function withoutUnreadable(batch: Batch): readonly WorkableRecord[] {
  return batch.records.filter(({ kind }) => kind === 'event')
}

/** Those that the failure names; where it names none, the only event that was tried. */
function guiltyOf(
  error: unknown,
  batch: Batch,
  failures: ReadonlyMap<WorkableRecord, ParkedFailure>,
): ReadonlyMap<WorkableRecord, HandlerFailure> {
  if (error instanceof BatchFailed && error.failures.size > 0) return error.failures
  const tried = batch.records.filter((record) => record.kind === 'event' && !failures.has(record))
  const [only] = tried
  if (only === undefined || tried.length > 1) return new Map()
  const cause = error instanceof BatchFailed ? error.cause : error
  return new Map([[only, { error: cause, traceparent: undefined }]])
}

/** First the same in pieces whose statements are watched; then halves, down to one event. */
function whereNobodyIsKnown<Kind extends DivisibleBatch<Kind>>(part: Part<Kind>): Part<Kind>[] | undefined {
  if (!part.watched) return pieces(part)
  return part.batch.records.length > 1 ? halves(part) : undefined
}

function pieces<Kind extends DivisibleBatch<Kind>>({ batch }: Part<Kind>): Part<Kind>[] {
  const { length } = batch.records
  if (length <= pieceSize) return [{ batch, watched: true }]
  const starts = Array.from({ length: Math.ceil(length / pieceSize) }, (_, index) => index * pieceSize)
  const cut = starts.map((from) => batch.part(from, Math.min(from + pieceSize, length)))
  return cut.map((piece) => ({ batch: piece, watched: true })).toReversed()
}

/** The first half last, as parts are taken from the end. */
function halves<Kind extends DivisibleBatch<Kind>>(part: Part<Kind>): Part<Kind>[] {
  const { batch, watched } = part
  if (batch.records.length <= 1) return [part]
  const middle = Math.floor(batch.records.length / 2)
  return [
    { batch: batch.part(middle), watched },
    { batch: batch.part(0, middle), watched },
  ]
}

/** The position had been moved by another process: the next attempt sees where to. */
function isMoved(failure: unknown): boolean {
  return failure instanceof HubError && failure.code === 'position-moved'
}

/** Why a stream is not handled while its breaker is open. */
export function serviceFailing(): HubError {
  return new HubError(
    'service-failing',
    'most subjects fail at once: nothing more is parked, and a few events are tried now and then until they succeed',
  )
}
