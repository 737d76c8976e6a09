import { decodeHeaders } from '@samspill/contracts'
import { AppendError } from '../append-error.ts'
import type { ClientOptions } from '../client-options.ts'
import type { OutgoingRecord, PartitionWriter } from '../partition-writer.ts'
import { nameOfPartition, type TopicPartition } from '../topic-partition.ts'
import type { Kafka, Message, Producer } from 'kafkajs'
import { appendFailure } from './append-failure.ts'
import { kafkajsClient } from './client.ts'
import { SentBatches } from './sent-batches.ts'
import { TargetTopics } from './target-topics.ts'

/** Opens the writer of this process over kafkajs. Throws AppendError where no broker can be reached. */
export async function openKafkajsWriter(options: ClientOptions, partitions: PartitionCounts): Promise<PartitionWriter> {
  const writer = new KafkajsWriter(options, partitions)
  await writer.rebuild()
  return writer
}

/** Asks the brokers how many partitions a topic has. Throws AppendError. */
export type PartitionCounts = (topic: string) => Promise<number>

class KafkajsWriter implements PartitionWriter {
  readonly partitionCount: PartitionCounts
  readonly #options: ClientOptions
  readonly #sent = new SentBatches()
  readonly #client: Kafka
  readonly #targets: TargetTopics
  #producer: Producer | undefined
  /** Batches that may be in the log. Under the same identity only the very same batch may follow them. */
  readonly #unsettled = new Map<string, readonly OutgoingRecord[]>()

  constructor(options: ClientOptions, partitions: PartitionCounts) {
    this.#options = options
    this.#client = kafkajsClient(options, this.#sent.socketFactory)
    this.#targets = new TargetTopics(this.#client)
    this.partitionCount = partitions
  }

  async append(
    to: TopicPartition,
    records: readonly OutgoingRecord[],
    { timeoutMilliseconds }: { timeoutMilliseconds: number },
  ): Promise<{ baseOffset: bigint }> {
    const producer = this.#producer
    const name = nameOfPartition(to)
    const unsettled = this.#unsettled.get(name)
    if (!producer || (unsettled && unsettled !== records)) {
      // The broker would take the new batch for the old one: kafkajs gives both the same sequence number.
      throw new AppendError('writer-unsettled', 'an earlier batch may or may not be in the log', rebuildFirst)
    }
    const sentBefore = this.#sent.count(to.topic, to.partition)
    try {
      const answers = await withinTime(this.#send(producer, to, records, timeoutMilliseconds), timeoutMilliseconds)
      const answer = answers[0]
      if (answers.length !== 1 || answer?.partition !== to.partition || answer.errorCode !== 0) {
        throw new AppendError('append-unconfirmed', 'the broker did not confirm the partition', unknownOutcome)
      }
      this.#unsettled.delete(name)
      return { baseOffset: BigInt(answer.baseOffset ?? '-1') }
    } catch (error) {
      const timesSent = this.#sent.count(to.topic, to.partition) - sentBefore
      const failure = error instanceof AppendError ? error : appendFailure(error, timesSent)
      if (failure.outcome === 'unknown' && producer === this.#producer) this.#unsettled.set(name, records)
      if (failure.code === 'topic-unknown') this.#targets.forget()
      throw failure
    }
  }

  #send(producer: Producer, to: TopicPartition, records: readonly OutgoingRecord[], timeout: number) {
    const messages = records.map((record) => messageOf(record, to.partition))
    return producer.send({ topic: to.topic, messages, acks: -1, timeout })
  }

  async rebuild(): Promise<void> {
    const old = this.#producer
    const producer = this.#client.producer({
      idempotent: true,
      allowAutoTopicCreation: false,
      createPartitioner: () => (arguments_) => arguments_.message.partition ?? 0,
      retry: { retries: 1 },
    })
    try {
      await producer.connect()
    } catch (error) {
      await producer.disconnect().catch((failure: unknown) => this.#closingFailed(failure))
      throw appendFailure(error, 0)
    }
    this.#producer = producer
    this.#unsettled.clear()
    // What other lanes have under way on the old one is answered still: disconnecting waits for it.
    old?.disconnect().catch((failure: unknown) => this.#closingFailed(failure))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const producer = this.#producer
    this.#producer = undefined
    await producer?.disconnect().catch((failure: unknown) => this.#closingFailed(failure))
  }

  #closingFailed(error: unknown): void {
    this.#options.log.debug('a producer did not close in order', { error })
  }
}

const rebuildFirst = { outcome: 'not-written', retriable: true, rebuildWriter: true } as const
const unknownOutcome = { outcome: 'unknown', retriable: true } as const

function messageOf(record: OutgoingRecord, partition: number): Message {
  const headers: Record<string, Buffer | Buffer[]> = Object.create(null)
  for (const [name, value] of decodeHeaders(record.headers)) {
    const known = headers[name]
    headers[name] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
  }
  return { key: record.key, value: record.value, partition, headers, timestamp: String(record.timestamp) }
}

/** kafkajs has waits that no timeout of its own ends. */
async function withinTime<Result>(work: Promise<Result>, milliseconds: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new AppendError('append-timed-out', 'the broker did not answer in time', abandoned))
    }, milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const abandoned = { outcome: 'unknown', retriable: true, rebuildWriter: true } as const
