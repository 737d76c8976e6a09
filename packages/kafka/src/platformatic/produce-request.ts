import { NumericMap, produceV8, type Connection, type MessageRecord, type Reader } from '@platformatic/kafka'
import type { OutgoingRecord } from '../partition-writer.ts'
import type { TopicPartition } from '../topic-partition.ts'

/** Who writes, and the number of the batch's first record among all that it wrote to the partition. */
export interface BatchIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
}

/** A broker's answer for one partition. */
export interface ProduceAnswer extends TopicPartition {
  readonly errorCode: number
  readonly baseOffset: bigint
}

const produceKey = 0
const allReplicas = -1

/**
 * Sends one batch for one partition and resolves with the broker's answers, errors among them. The leader waits for its
 * replicas for so many milliseconds at most.
 */
export function produce(
  connection: Connection,
  to: TopicPartition,
  records: readonly OutgoingRecord[],
  identity: BatchIdentity,
  replicaMilliseconds: number,
): Promise<readonly ProduceAnswer[]> {
  const { producerId, producerEpoch, firstSequence } = identity
  const sequences = new NumericMap([[`${to.topic}:${to.partition}`, firstSequence]])
  const messages = records.map((record) => messageOf(record, to))
  return new Promise((resolve, reject) => {
    connection.send(
      produceKey,
      produceV8.api.version,
      () =>
        produceV8.createRequest(allReplicas, replicaMilliseconds, messages, { producerId, producerEpoch, sequences }),
      (_correlation, _key, _version, reader) => readAnswers(reader),
      false,
      false,
      (error, answers) => (error ? reject(error) : resolve(answers ?? [])),
    )
  })
}

function messageOf(record: OutgoingRecord, { topic, partition }: TopicPartition): MessageRecord {
  return {
    topic,
    partition,
    key: record.key as Buffer,
    value: record.value as Buffer,
    timestamp: BigInt(record.timestamp),
    // Each name is a buffer of its own, so that a name that comes twice stays twice.
    headers: new Map(record.headers.map(([name, value]) => [Buffer.from(name), value])),
  }
}

/** The client's own reading throws on any error code and mixes those of records and partitions. */
function readAnswers(reader: Reader): ProduceAnswer[] {
  const answers: ProduceAnswer[] = []
  for (let topics = reader.readInt32(); topics > 0; topics -= 1) {
    const topic = reader.readString(false)
    for (let left = reader.readInt32(); left > 0; left -= 1) {
      const partition = reader.readInt32()
      const errorCode = reader.readInt16()
      const baseOffset = reader.readInt64()
      reader.skip(16)
      for (let errors = reader.readInt32(); errors > 0; errors -= 1) {
        reader.skip(4)
        reader.readNullableString(false)
      }
      reader.readNullableString(false)
      answers.push({ topic, partition, errorCode, baseOffset })
    }
  }
  return answers
}
