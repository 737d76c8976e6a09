import { HubError } from '@samspill/contracts'
import { isConnectionLoss, isTransient } from '@samspill/postgres'
import { handleBatch, type Batch, type BatchResult, type BatchSurroundings } from './handle-batch.ts'
import { HandlerFailed } from './handler-failed.ts'

/** How far a batch came: all that is before `next` has committed. */
export interface Settled {
  readonly next: bigint
  readonly results: readonly BatchResult[]
  /** Why it went no further. */
  readonly failure?: unknown
}

/** After so many deadlocks, the batch runs while no other of the service does: alone, it has nobody to lose to. */
const deadlocksBeforeAlone = 2
const attemptsAtTransientFailures = 10

/**
 * Handles a batch as far as it goes, in order. Deadlocks and serialisation failures run the batch again, halved, and
 * are nobody's failure; a failing event lets all that is before it commit, and nothing after it.
 */
export async function settleBatch(batch: Batch, surroundings: BatchSurroundings): Promise<Settled> {
  const first = batch.records[0]
  if (first === undefined) return { next: batch.next, results: [] }
  const results: BatchResult[] = []
  const waiting: Batch[] = [batch]
  let transientFailures = 0
  let next = first.offset
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    try {
      const mode = transientFailures >= deadlocksBeforeAlone ? 'alone' : 'beside'
      results.push(await handleBatch(current, surroundings, mode))
      next = current.next
    } catch (error) {
      const failure = causeOf(error)
      if (isConnectionLoss(failure)) return { next, results, failure }
      const transient = isTransient(failure) || isMoved(failure)
      if (transient && ++transientFailures > attemptsAtTransientFailures) return { next, results, failure }
      const parts = transient ? halves(current) : beforeTheGuilty(current, error)
      if (parts === undefined) return { next, results, failure }
      waiting.push(...parts.toReversed())
    }
  }
  return { next, results }
}

/** The parts to run instead: what is before the guilty event, then the guilty one alone; halves where it is unknown. */
function beforeTheGuilty(batch: Batch, error: unknown): Batch[] | undefined {
  if (batch.records.length === 1) return undefined
  const guilty = error instanceof HandlerFailed ? error.guilty : undefined
  const index = guilty === undefined ? -1 : batch.records.indexOf(guilty)
  if (index === 0) return [part(batch, 0, 1), part(batch, 1)]
  return index < 0 ? halves(batch) : [part(batch, 0, index), part(batch, index)]
}

function halves(batch: Batch): Batch[] {
  if (batch.records.length === 1) return [batch]
  const middle = Math.floor(batch.records.length / 2)
  return [part(batch, 0, middle), part(batch, middle)]
}

function part(batch: Batch, from: number, to = batch.records.length): Batch {
  const after = batch.records[to]
  return { ...batch, records: batch.records.slice(from, to), next: after?.offset ?? batch.next }
}

/** The position had been moved by another process: the next attempt sees where to. */
function isMoved(failure: unknown): boolean {
  return failure instanceof HubError && failure.code === 'position-moved'
}

/** What the handler threw, where a handler threw. */
function causeOf(error: unknown): unknown {
  return error instanceof HandlerFailed ? (error.cause ?? error) : error
}

/** The code and sentence that operators see of a failure; nothing of the data, whatever a handler's author wrote. */
export function reasonOf(error: unknown): { readonly code: string; readonly sentence: string } {
  if (error instanceof HubError) return { code: error.code, sentence: error.message.replaceAll(/\d{11}/g, '[number]') }
  const name = error instanceof Error ? error.constructor.name : typeof error
  return { code: 'handler-failed', sentence: `the handler threw ${name}; the service's log has more` }
}
