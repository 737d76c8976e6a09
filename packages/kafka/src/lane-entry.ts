import type { AppendError } from './append-error.ts'
import type { OutgoingRecord } from './partition-writer.ts'
import type { Position } from './topic-partition.ts'

/** A record to be sent: its partition follows from its key. */
export interface LaneRecord extends OutgoingRecord {
  readonly topic: string
  readonly key: Buffer
}

/** One record on its way through a lane, and who waits for it. */
export class LaneEntry {
  readonly record: LaneRecord
  readonly size: number
  /** Set once the caller has its answer, even though the lane may still work on the record. */
  answered = false
  /** Stops watching the caller's deadline and signal, where it gave any. */
  release: (() => void) | undefined
  readonly #resolve: (position: Position) => void
  readonly #reject: (error: AppendError) => void

  constructor(
    record: LaneRecord,
    size: number,
    resolve: (position: Position) => void,
    reject: (error: AppendError) => void,
  ) {
    this.record = record
    this.size = size
    this.#resolve = resolve
    this.#reject = reject
  }

  acknowledge(partition: number, offset: bigint): void {
    this.answered = true
    this.release?.()
    this.#resolve({ topic: this.record.topic, partition, offset })
  }

  reject(error: AppendError): void {
    this.answered = true
    this.release?.()
    this.#reject(error)
  }
}
