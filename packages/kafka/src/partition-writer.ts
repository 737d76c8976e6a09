import type { RecordHeaders } from '@samspill/contracts'
import type { TopicPartition } from './topic-partition.ts'

/** A record on its way to the broker. A null value is a tombstone; an empty value is a value. */
export interface OutgoingRecord {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
  /** Milliseconds since 1970. */
  readonly timestamp: number
}

/** Writes record batches: one call is one partition and one batch. The lanes stand above it. */
export interface PartitionWriter extends AsyncDisposable {
  /** The number of partitions. Throws AppendError: `topic-unknown` (not retriable), or retriable while brokers are away. */
  partitionCount(topic: string): Promise<number>
  /**
   * Appends the records, in order and as one batch, and resolves when all in-sync replicas have them. Never call it
   * twice at once for one partition. Throws AppendError; after an outcome `unknown` call it with the same array again,
   * so that the broker can recognise what it already has.
   */
  append(
    to: TopicPartition,
    records: readonly OutgoingRecord[],
    options: { readonly timeoutMilliseconds: number },
  ): Promise<{ readonly baseOffset: bigint }>
  /** Starts over under a new producer identity; to be called after an AppendError with `rebuildWriter`. */
  rebuild(): Promise<void>
}
