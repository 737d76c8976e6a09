import type { AppendError } from './append-error.ts'
import type { DeadlineBucket } from './deadlines.ts'
import type { OutgoingRecord } from './partition-writer.ts'
import type { Position } from './topic-partition.ts'

/** A record to be sent: its partition follows from its key. */
export interface LaneRecord extends OutgoingRecord {
  readonly topic: string
  readonly key: Buffer
}

/** Who waits for the outcome of a record: told once, in the middle of the lane's work, so it must not throw. */
export interface SendWaiter {
  /** All in-sync replicas have it. */
  acknowledged(at: Position): void
  refused(error: AppendError): void
}

/** One record on its way through a lane, and who waits for it. */
export class LaneEntry {
  readonly record: LaneRecord
  readonly size: number
  /** Set once the caller has its answer, even though the lane may still work on the record. */
  answered = false
  /** Stops watching the caller's signal, where it gave any. */
  release: (() => void) | undefined
  /** Where its deadline is watched, if it has one. */
  bucket: DeadlineBucket | undefined
  readonly #waiter: SendWaiter

  constructor(record: LaneRecord, size: number, waiter: SendWaiter) {
    this.record = record
    this.size = size
    this.#waiter = waiter
  }

  acknowledge(partition: number, offset: bigint): void {
    this.#answer()
    this.#waiter.acknowledged({ topic: this.record.topic, partition, offset })
  }

  reject(error: AppendError): void {
    this.#answer()
    this.#waiter.refused(error)
  }

  #answer(): void {
    this.answered = true
    this.release?.()
    this.bucket?.answered()
  }
}
