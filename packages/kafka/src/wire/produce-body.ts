import type { TopicPartition } from '../topic-partition.ts'
import { writeBatch, type OutgoingBatch } from './outgoing-batch.ts'

/** A batch and the partition that it is for. */
export interface PartitionBatch {
  readonly to: TopicPartition
  readonly batch: OutgoingBatch
}

export interface ProduceSettings {
  /** How long the leader waits for its replicas, at most. */
  readonly replicaMilliseconds: number
  /** Computes CRC-32C, as the brokers check it. */
  readonly crc32c: (bytes: Buffer) => number
}

const allReplicas = -1

/**
 * The body of a produce request (version 8) with one batch for each of these partitions, in one buffer: sizes are known
 * before, so that every byte is written once. No partition may come twice.
 */
export function produceBody(
  batches: readonly PartitionBatch[],
  { replicaMilliseconds, crc32c }: ProduceSettings,
): Buffer {
  const topics = Map.groupBy(batches, ({ to }) => to.topic)
  const request = Buffer.allocUnsafe(bodySize(topics))
  let at = request.writeInt16BE(-1, 0) // no transaction
  at = request.writeInt16BE(allReplicas, at)
  at = request.writeInt32BE(replicaMilliseconds, at)
  at = request.writeInt32BE(topics.size, at)
  for (const [topic, partitions] of topics) {
    at = request.writeInt16BE(Buffer.byteLength(topic), at)
    at += request.write(topic, at)
    at = request.writeInt32BE(partitions.length, at)
    for (const { to, batch } of partitions) {
      at = request.writeInt32BE(to.partition, at)
      at = request.writeInt32BE(batch.size, at)
      at = writeBatch(request, at, batch, crc32c)
    }
  }
  return request
}

function bodySize(topics: ReadonlyMap<string, readonly PartitionBatch[]>): number {
  let size = 2 + 2 + 4 + 4
  for (const [topic, partitions] of topics) {
    size += 2 + Buffer.byteLength(topic) + 4
    for (const { batch } of partitions) size += 4 + 4 + batch.size
  }
  return size
}
