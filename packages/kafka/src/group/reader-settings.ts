/** Bounds and patience of a reader. */
export interface ReaderSettings {
  /** Bytes fetched per partition at once. Default 1 MiB. */
  readonly maxBytesPerPartition: number
  /** Bytes fetched at once. Default 8 MiB. */
  readonly maxBytes: number
  /** Bytes that one compressed batch may unpack to. Default 16 MiB. */
  readonly maxUnpackedBatchBytes: number
  /** Bytes that one fetch may unpack to before the rest of it is left for the next. Default 32 MiB. */
  readonly maxUnpackedFetchBytes: number
  /** Default 10 s. */
  readonly sessionTimeoutMilliseconds: number
  /**
   * How long a rebalance waits for running batches. No heartbeat goes out meanwhile: with the one before, it must stay
   * below the session timeout, or the group gives the member up. Default 6 s.
   */
  readonly revokeMilliseconds: number
  /** After how long topics are looked at again, so that added partitions are read. Default 60 s. */
  readonly refreshMilliseconds: number
}

export const defaultReaderSettings: ReaderSettings = {
  maxBytesPerPartition: 1024 * 1024,
  maxBytes: 8 * 1024 * 1024,
  maxUnpackedBatchBytes: 16 * 1024 * 1024,
  maxUnpackedFetchBytes: 32 * 1024 * 1024,
  sessionTimeoutMilliseconds: 10_000,
  revokeMilliseconds: 6_000,
  refreshMilliseconds: 60_000,
}
