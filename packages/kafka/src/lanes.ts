import type { LaneRecord, SendWaiter } from './lane-entry.ts'
import type { KafkaLog } from './log.ts'
import { PartitionLanes } from './partition-lanes.ts'
import type { PartitionWriter } from './partition-writer.ts'
import type { Position, TopicPartition } from './topic-partition.ts'

export interface SendOptions {
  /** When the caller no longer wants to wait, milliseconds since 1970; without it the lane tries for ever. */
  readonly deadline?: number
  /** Ends the caller's wait as a passed deadline does, with the code `send-aborted`. */
  readonly signal?: AbortSignal
}

/** Where a record stands once all in-sync replicas have it. */
export type Acknowledgement = Position

/** Sends records so that order holds per key: one batch under way per partition, the next one forms meanwhile. */
export interface Lanes extends AsyncDisposable {
  /**
   * Sends one record. Rejects with AppendError: outcome `not-written` where the record was taken out of its lane
   * (`deadline-passed`, `send-aborted`, `lanes-full`, `lanes-closed`, `record-too-large`, `topic-unknown`, or the
   * broker's refusal), `unknown` where it was under way.
   */
  send(record: LaneRecord, options?: SendOptions): Promise<Acknowledgement>
  /** As `send`, but tells a waiter instead of a promise, a refusal perhaps at once: for who sends many records a turn. */
  offer(record: LaneRecord, options: SendOptions, waiter: SendWaiter): void
  /** The partitions whose oldest batch has failed and is tried again, or waits for the broker's answer for long. */
  stuck(): readonly TopicPartition[]
  /** When brokers last acknowledged records, milliseconds since 1970; 0 before they ever did. */
  readonly lastAcknowledgedAt: number
  /** Records that are queued or under way. */
  readonly queued: { readonly records: number; readonly bytes: number }
  /** Takes no more, waits until all is acknowledged, and after the limit gives up on the rest. */
  close(options: { readonly drainMilliseconds: number }): Promise<void>
}

export interface LanesOptions {
  readonly log: KafkaLog
  /** Records queued or under way in this process, at most. Default 20,000. */
  readonly maxRecords?: number
  /** Bytes queued or under way in this process, at most. Default 64 MiB. */
  readonly maxBytes?: number
  /** Records per batch, at most. Default 1,000. */
  readonly maxBatchRecords?: number
  /** Bytes per batch and so per record, at most; must stay below the topics' max.message.bytes. Default 1,000,000. */
  readonly maxBatchBytes?: number
  /** Default 30 s. */
  readonly appendTimeoutMilliseconds?: number
  /** First pause after a failed append; it doubles up to `maxBackoffMilliseconds`. Default 100 ms. */
  readonly backoffMilliseconds?: number
  /** Default 2 s. */
  readonly maxBackoffMilliseconds?: number
  /** How long a batch may be under way before its partition counts as stuck. Default 5 s. */
  readonly stuckAfterMilliseconds?: number
  /** The present moment in milliseconds since 1970. */
  readonly now?: () => number
  /** A number in [0, 1) that spreads the pauses. */
  readonly random?: () => number
}

/** Makes lanes over a writer. Disposing them waits up to 10 s for what is queued; the writer stays open. */
export function createLanes(writer: PartitionWriter, options: LanesOptions): Lanes {
  return new PartitionLanes(writer, options)
}
