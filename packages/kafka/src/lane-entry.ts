import type { AppendError } from './append-error.ts'
import type { OutgoingRecord } from './partition-writer.ts'

/** A record to be sent: its partition follows from its key. */
export interface LaneRecord extends OutgoingRecord {
  readonly topic: string
  readonly key: Buffer
}

/** One record on its way through a lane, and who waits for it. */
export interface LaneEntry {
  readonly record: LaneRecord
  readonly size: number
  /** Set once the caller has its answer, even though the lane may still work on the record. */
  answered: boolean
  acknowledge(partition: number, offset: bigint): void
  reject(error: AppendError): void
}
