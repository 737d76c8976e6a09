import { claimDeadLetter, isConnectionLoss, isTransient, type Transaction } from '@samspill/postgres'
import type { PlannedParked } from '../parking/parked-batch.ts'
import { reasonOf } from '../parking/reason-of-failure.ts'
import { BatchFailed } from '../reading/batch-failed.ts'
import type { Batch, EarlierFailures, OpenedBatch } from '../reading/batch.ts'
import { handleBatch, type AttemptSurroundings } from '../reading/handle-batch.ts'
import type { WorkableRecord } from '../reading/planned-record.ts'
import { quietTracing } from './quiet-tracing.ts'

/** What a try of one subject's parked events came to: `busy` where another process has them in hand. */
export type Trial =
  | 'busy'
  | {
      /** Events that would pass, in order, before one that would not. */
      readonly pass: number
      /** The first that would not; undefined where all would. */
      readonly fail: { readonly line: PlannedParked; readonly code: string; readonly reason: string } | undefined
    }

const attemptsAtTransientFailures = 5

/**
 * Runs the handlers of one subject's parked events in order, the first of them and what waits behind it, exactly as a
 * retry would, and rolls all of it back.
 */
export async function tryLine(lines: readonly PlannedParked[], surroundings: AttemptSurroundings): Promise<Trial> {
  // What cannot be read fails for sure: what is before it is tried, what is behind it would wait.
  const unreadable = lines.findIndex(({ planned }) => planned.kind === 'unreadable')
  const readable = unreadable < 0 ? lines : lines.slice(0, unreadable)
  const outcome = await attempt(readable, surroundings)
  if (outcome === 'busy') return 'busy'
  if (outcome !== 'passes') return await blame(outcome, readable, surroundings)
  const [line] = unreadable < 0 ? [] : lines.slice(unreadable)
  if (line?.planned.kind !== 'unreadable') return { pass: readable.length, fail: undefined }
  return { pass: readable.length, fail: { line, ...described(line.planned.error) } }
}

/** What a failed attempt threw. */
interface Failed {
  readonly error: unknown
}

/** Finds the first event that fails: the one that is named, else that with which a beginning of the line fails. */
async function blame(
  { error }: Failed,
  lines: readonly PlannedParked[],
  surroundings: AttemptSurroundings,
): Promise<Trial> {
  const [named] = error instanceof BatchFailed ? [...error.failures] : []
  if (named !== undefined) {
    const [planned, failure] = named
    return failing(
      lines,
      lines.findIndex((line) => line.planned === planned),
      failure.error,
    )
  }
  let [passing, fails, cause] = [0, lines.length, error]
  while (fails - passing > 1) {
    const middle = Math.floor((passing + fails) / 2)
    const outcome = await attempt(lines.slice(0, middle), surroundings)
    if (outcome === 'busy') return 'busy'
    if (outcome === 'passes') passing = middle
    else [fails, cause] = [middle, outcome.error]
  }
  return failing(lines, passing, cause)
}

function failing(lines: readonly PlannedParked[], index: number, error: unknown): Trial {
  const line = lines[index]
  if (line === undefined) throw new TypeError('an event failed that was not tried')
  return { pass: index, fail: { line, ...described(error) } }
}

function described(error: unknown): { readonly code: string; readonly reason: string } {
  const cause = error instanceof BatchFailed ? (error.cause ?? error) : error
  const { code, sentence } = reasonOf(cause)
  return { code, reason: sentence }
}

/** Throws where the connection broke: that says nothing of the events. */
async function attempt(
  lines: readonly PlannedParked[],
  surroundings: AttemptSurroundings,
): Promise<'passes' | 'busy' | Failed> {
  if (lines.length === 0) return 'passes'
  const quiet = { ...surroundings, tracing: quietTracing, database: rollingBack(surroundings.database) }
  for (let attempts = 1; ; attempts += 1) {
    const trial = new TrialBatch(lines)
    try {
      await handleBatch(trial, { failures: new Map(), mode: 'beside', watched: true, believedNew: false }, quiet)
      throw new TypeError('a dry run was committed')
    } catch (error) {
      if (error instanceof RolledBack) return trial.claimed ? 'passes' : 'busy'
      if (error instanceof TypeError || isConnectionLoss(error)) throw error
      if (!isTransient(error)) return { error }
      if (attempts === attemptsAtTransientFailures) return 'busy'
    }
  }
}

/** Ends the transaction of a dry run, in which all went well. */
class RolledBack extends Error {}

/** The same database, on which nothing commits: what a commit would check last is checked, then RolledBack is thrown. */
function rollingBack(database: AttemptSurroundings['database']): AttemptSurroundings['database'] {
  return {
    transaction: (work, options) =>
      database.transaction(async (transaction) => {
        await work(transaction)
        await transaction.query('set constraints all immediate')
        throw new RolledBack('a dry run is rolled back')
      }, options),
  }
}

/** Dead letters that are tried out: nothing is to be written of them. */
class TrialBatch implements Batch {
  readonly records: readonly WorkableRecord[]
  readonly isUnhindered = false
  readonly #head: bigint
  #claimed = false

  constructor(lines: readonly PlannedParked[]) {
    this.records = lines.map(({ planned }) => planned)
    this.#head = lines[0]?.parked.id ?? -1n
  }

  get claimed(): boolean {
    return this.#claimed
  }

  async open(transaction: Transaction): Promise<OpenedBatch> {
    this.#claimed = await claimDeadLetter(transaction, this.#head)
    return { left: this.#claimed ? this.records : [], parkedKeys: new Set() }
  }

  async close(): Promise<void> {}

  earlierFailures(): EarlierFailures {
    return { attempts: 0, failedAt: undefined, traceparent: undefined }
  }
}
