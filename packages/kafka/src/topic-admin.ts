import type { Position, TopicPartition } from './topic-partition.ts'

/** A topic as the brokers describe it. */
export interface TopicDescription {
  readonly name: string
  readonly partitions: number
  readonly replicas: number
  /** Only what was set on the topic itself, not the brokers' defaults. */
  readonly settings: Readonly<Record<string, string>>
}

/** A topic to be created. */
export interface NewTopic {
  readonly name: string
  readonly partitions: number
  readonly replicas: number
  readonly settings?: Readonly<Record<string, string>>
}

/** The ends of a partition's log. */
export interface LogEnds extends TopicPartition {
  /** The offset of the oldest record. */
  readonly earliest: bigint
  /** The offset behind the newest record. */
  readonly latest: bigint
}

/** Describes and changes topics, and tells offsets. Methods throw HubError: `topic-unknown`, `topics-failed`, `broker-unreachable`. */
export interface TopicAdmin {
  /** How many brokers the cluster has now. */
  brokers(): Promise<number>
  /** Describes these topics, or all but Kafka's internal ones. */
  describe(names?: readonly string[]): Promise<readonly TopicDescription[]>
  /** Creates what does not exist yet and says which names were new. */
  create(topics: readonly NewTopic[]): Promise<readonly string[]>
  /** Adds partitions up to the new total. Order per key ends here: keys move to other partitions. */
  addPartitions(name: string, total: number): Promise<void>
  /** Sets these settings and leaves the topic's other settings as they are; undefined takes a setting away. */
  alterSettings(name: string, changes: Readonly<Record<string, string | undefined>>): Promise<void>
  delete(names: readonly string[]): Promise<void>
  logEnds(topic: string): Promise<readonly LogEnds[]>
  /**
   * Where the first record stands that was written at this time or later (milliseconds since 1970), for each partition;
   * the end of the log where there is none.
   */
  offsetsAt(topic: string, time: number): Promise<readonly Position[]>
  /** Where a group has committed; partitions without a commit are left out. */
  committed(group: string, topics: readonly string[]): Promise<readonly Position[]>
}
