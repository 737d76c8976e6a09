import type { RecordHeaders } from '@samspill/contracts'
import type { Position, TopicPartition } from './topic-partition.ts'

/** A record as it was read. */
export interface IncomingRecord {
  readonly offset: bigint
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
  /** Why the bytes could not be unpacked; key, value and headers are then empty. */
  readonly damage?: string
  /** The first offset of a damaged batch that held several records: `offset` is its last one then. */
  readonly damagedFrom?: bigint
}

/** A partition while this reader owns it. The epoch grows with every assignment, also of the same partition. */
export interface Assignment extends TopicPartition {
  readonly epoch: number
}

/** Records of one partition in offset order, never empty. */
export interface IncomingBatch {
  readonly assignment: Assignment
  readonly records: readonly IncomingRecord[]
  /** The position where the batch begins: what may lie between it and the first record holds nothing for the reader. */
  readonly offset: bigint
  /** The position behind the batch: where reading goes on when it is handled. */
  readonly nextOffset: bigint
  /** The offset behind the newest record of the partition. */
  readonly highWatermark: bigint
  /** True once the partition is no longer ours, was sought elsewhere, or the reader stops: better not begin anything more. */
  isStale(): boolean
}

/** A position that the log no longer holds, or does not hold yet. */
export interface LostPosition extends Position {
  readonly logStart: bigint
  readonly logEnd: bigint
}

export interface ReadOptions {
  readonly group: string
  readonly topics: readonly string[]
  /**
   * Our own positions, instead of the group's committed offsets: a partition left out starts at the earliest record.
   * Called for every assignment; a rejection is logged and tried again.
   */
  startAt?(assigned: readonly TopicPartition[]): Promise<readonly Position[]>
  /** Called when running batches have ended (or the wait for them has), before others may read. `lost`: others may already. */
  onRevoked?(revoked: readonly Assignment[], lost: boolean): void | Promise<void>
  /**
   * Handles one batch. Batches of one partition never overlap; different partitions run side by side. A rejection is
   * taken for a bug of the hub: it is logged and the partition is read again from the same position after a while.
   */
  onBatch(batch: IncomingBatch): Promise<void>
  /** Called when records that were not read yet are gone; the partition is held until it is sought and resumed. */
  onPositionLost?(lost: LostPosition): void
}

/** Reads topics as a member of a consumer group. */
export interface PartitionReader {
  /** Starts reading and resolves at once; joining, and joining again after any failure, goes on for ever. */
  run(options: ReadOptions): Promise<RunningReader>
}

export interface RunningReader extends AsyncDisposable {
  /** `joining` also while brokers are away. */
  readonly state: 'joining' | 'reading' | 'stopped'
  readonly assigned: readonly Assignment[]
  /** Commits to the group. Throws `assignment-lost` where a partition is no longer ours, else `commit-failed`. */
  commit(positions: readonly Position[]): Promise<void>
  /** Holds partitions; a batch that runs goes on to its end. */
  pause(partitions: readonly TopicPartition[]): void
  resume(partitions: readonly TopicPartition[]): void
  /** Reads on from this position. A batch that runs becomes stale, and its end moves nothing. */
  seek(position: Position): void
  /** Records behind the end of the log, per partition, as of the latest fetch. */
  lag(): readonly { readonly topic: string; readonly partition: number; readonly records: bigint }[]
  /** Lets running batches end within the drain limit, commits where handling ended, and leaves the group. */
  stop(options: { readonly drainMilliseconds: number }): Promise<void>
}
