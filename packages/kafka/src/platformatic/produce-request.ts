import { crc32c, produceV8, Writer, type Connection, type Reader } from '@platformatic/kafka'
import type { TopicPartition } from '../topic-partition.ts'
import { produceBody, type PartitionBatch } from '../wire/produce-body.ts'

/** A broker's answer for one partition. */
export interface ProduceAnswer extends TopicPartition {
  readonly errorCode: number
  readonly baseOffset: bigint
}

const produceKey = 0

/** Sends one batch for each of these partitions and resolves with the broker's answers, errors among them. */
export function produce(
  connection: Connection,
  batches: readonly PartitionBatch[],
  settings: { readonly replicaMilliseconds: number },
): Promise<readonly ProduceAnswer[]> {
  return new Promise((resolve, reject) => {
    connection.send(
      produceKey,
      produceV8.api.version,
      () => Writer.create().append(produceBody(batches, { ...settings, crc32c })),
      (_correlation, _key, _version, reader) => readAnswers(reader),
      false,
      false,
      (error, answers) => (error ? reject(error) : resolve(answers ?? [])),
    )
  })
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
