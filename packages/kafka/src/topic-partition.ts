/** One partition of one topic. */
export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** A place in a partition: the offset of the next record to read. */
export interface Position extends TopicPartition {
  readonly offset: bigint
}

/** A text that stands for one partition, for use as a map key. */
export function nameOfPartition({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
