import type { ParkedFailure, Transaction } from '@samspill/postgres'
import { keyOf } from './parking-key.ts'
import type { PlannedEvent, WorkableRecord } from './planned-record.ts'

/** Records that are handled in one transaction, in order per key; part of a partition, or parked ones. */
export interface Batch {
  readonly records: readonly WorkableRecord[]
  /** Whether all of its events are expected to be handled: then the inbox takes them at once. */
  readonly isUnhindered: boolean
  /**
   * Says in the transaction, after the handling locks are held, which of the records are still this batch's to settle,
   * and behind which keys they have to wait.
   */
  open(transaction: Transaction): Promise<OpenedBatch>
  /** Writes what becomes of the records, in the transaction, before their handlers have ended. Throws `position-moved`. */
  close(transaction: Transaction, outcome: BatchOutcome): Promise<void>
  /** Failed attempts that a record has behind it. */
  earlierFailures(record: WorkableRecord): EarlierFailures
}

/** A batch that can be handled in parts. */
export interface DivisibleBatch<Kind> extends Batch {
  /** The records from one index to before another, as a batch of their own. */
  part(from: number, to?: number): Kind
}

export interface OpenedBatch {
  readonly left: readonly WorkableRecord[]
  /** Keys, as nameOfKey tells them, with records parked before these. */
  readonly parkedKeys: ReadonlySet<string>
}

/** What one attempt at a batch comes to, if its handlers succeed. */
export interface BatchOutcome {
  /** Handled now or before, or passed over: nothing is left to do about them. */
  readonly settled: readonly WorkableRecord[]
  readonly failed: readonly FailedRecord[]
  /** They have to wait behind another of their key. */
  readonly waiting: readonly WorkableRecord[]
}

export interface FailedRecord {
  readonly record: WorkableRecord
  readonly failure: ParkedFailure
}

export interface EarlierFailures {
  /** Attempts that counted. */
  readonly attempts: number
  /** When the last one failed, in milliseconds since 1970. */
  readonly failedAt: number | undefined
  /** The span of the last one. */
  readonly traceparent: string | undefined
}

/** The records of an opened batch, sorted by what is to be done about them. */
export interface Division {
  readonly events: readonly PlannedEvent[]
  readonly passedOver: readonly WorkableRecord[]
  readonly failed: readonly FailedRecord[]
  readonly waiting: readonly WorkableRecord[]
}

/** Sorts the records: whatever comes after a failed or parked one of its key waits behind it. */
export function divide(opened: OpenedBatch, failures: ReadonlyMap<WorkableRecord, ParkedFailure>): Division {
  const events: PlannedEvent[] = []
  const passedOver: WorkableRecord[] = []
  const failed: FailedRecord[] = []
  const waiting: WorkableRecord[] = []
  const held = new Set(opened.parkedKeys)
  const nobodyWaits = failures.size === 0 && held.size === 0
  for (const record of opened.left) {
    const failure = failures.get(record)
    if (record.kind === 'passed-over') passedOver.push(record)
    else if (!nobodyWaits && held.has(nameOfKey(record))) waiting.push(record)
    else if (failure !== undefined) {
      failed.push({ record, failure })
      held.add(nameOfKey(record))
    } else if (record.kind === 'event') events.push(record)
    else throw new TypeError('a record that cannot be read is handled only with its failure')
  }
  return { events, passedOver, failed, waiting }
}

/** Names a record's key within its stream. Never leaves the process. */
export function nameOfKey({ stream, record }: Pick<WorkableRecord, 'stream' | 'record'>): string {
  return `${stream} ${keyOf(record).toString('hex')}`
}
