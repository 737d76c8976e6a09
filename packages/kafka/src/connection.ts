import type { ClientOptions } from './client-options.ts'
import type { ReaderSettings } from './group/reader-settings.ts'
import type { PartitionReader } from './partition-reader.ts'
import type { PartitionWriter } from './partition-writer.ts'
import type { RangePart, RecordRange } from './range/read-range.ts'
import type { TopicAdmin } from './topic-admin.ts'

export interface ConnectOptions extends ClientOptions {
  readonly reader?: Partial<ReaderSettings>
}

/** A client of one Kafka cluster. Disposing it closes what it opened. */
export interface KafkaConnection extends AsyncDisposable {
  /** The one writer of this process: idempotent, acknowledged by all in-sync replicas. Throws AppendError. */
  writer(): Promise<PartitionWriter>
  reader(): PartitionReader
  /**
   * Reads these ranges, one after the other and each in order, outside of any group: nobody's position moves. Records of
   * aborted transactions are left out. Throws `records-expired` where the log no longer holds what is to be read,
   * `broker-unreachable` where it cannot be read for long.
   */
  readRanges(ranges: readonly RecordRange[]): AsyncIterable<RangePart>
  readonly topics: TopicAdmin
}
