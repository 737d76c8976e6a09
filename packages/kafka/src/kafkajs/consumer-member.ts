import type { Consumer, EachBatchPayload } from 'kafkajs'
import type { ClientOptions } from '../client-options.ts'
import type { GroupMember } from '../group/group-member.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import { endsWithin } from '../group/waiting.ts'
import type { IncomingRecord, ReadOptions } from '../partition-reader.ts'
import type { Position, TopicPartition } from '../topic-partition.ts'
import type { AssignedPartitions, PartitionsConsumer } from '../group/assigned-partitions.ts'
import { kafkajsClient } from './client.ts'
import { assignerWithHooks } from './cluster-hooks.ts'
import type { MemberIdentity } from './member-identity.ts'

/** How long a batch may keep the next fetch waiting; a slower one lets the other partitions go on without it. */
const patienceMilliseconds = 200
const silenceMilliseconds = 90_000
const leaveMilliseconds = 10_000

/** One kafkajs consumer from joining to its end. It is never started again: a crashed consumer is not to be trusted. */
export class ConsumerMember implements GroupMember, PartitionsConsumer {
  readonly #client: ClientOptions
  readonly #settings: ReaderSettings
  readonly #options: ReadOptions
  readonly #partitions: AssignedPartitions
  readonly #identity: MemberIdentity
  readonly #consumer: Consumer
  readonly #ended = Promise.withResolvers<unknown>()
  /** Settles when the consumer has joined its group for the first time, or could not. */
  #joining: Promise<void> = Promise.resolve()
  #lastSign = Date.now()
  #left = false
  joined = false

  constructor(
    client: ClientOptions,
    settings: ReaderSettings,
    options: ReadOptions,
    partitions: AssignedPartitions,
    identity: MemberIdentity,
  ) {
    this.#client = client
    this.#settings = settings
    this.#options = options
    this.#partitions = partitions
    this.#identity = identity
    this.#consumer = this.#makeConsumer()
  }

  #makeConsumer(): Consumer {
    const settings = this.#settings
    return kafkajsClient(this.#client).consumer({
      groupId: this.#options.group,
      partitionAssigners: [
        assignerWithHooks({
          identity: this.#identity,
          beforeJoin: () => this.#beforeJoin(),
          unpackBudget: () => ({ perBatch: settings.maxUnpackedBatchBytes, left: settings.maxUnpackedFetchBytes }),
          onOutOfRange: (topic, { partition }) => void this.#partitions.checkRange({ topic, partition }),
        }),
      ],
      sessionTimeout: settings.sessionTimeoutMilliseconds,
      rebalanceTimeout: settings.sessionTimeoutMilliseconds + settings.revokeMilliseconds,
      heartbeatInterval: Math.min(3000, settings.sessionTimeoutMilliseconds / 3),
      maxBytesPerPartition: settings.maxBytesPerPartition,
      maxBytes: settings.maxBytes,
      maxWaitTimeInMs: 250,
      metadataMaxAge: settings.refreshMilliseconds,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 200, maxRetryTime: 2000, retries: 5, restartOnFailure: async () => false },
    })
  }

  /** A consumer whose brokers go away crashes soon. */
  get reading(): boolean {
    return this.joined
  }

  /** Joins and reads until it crashes or leaves; resolves with the error, or undefined after leaving. */
  async run(): Promise<unknown> {
    const { events } = this.#consumer
    this.#consumer.on(events.GROUP_JOIN, ({ payload }) => {
      this.#identity.remember(payload.memberId)
      this.#onJoin(payload.memberAssignment)
    })
    this.#consumer.on(events.CRASH, ({ payload }) => this.#ended.resolve(payload.error))
    for (const sign of [events.FETCH_START, events.FETCH, events.HEARTBEAT, events.END_BATCH_PROCESS]) {
      this.#consumer.on(sign, () => this.#giveSign())
    }
    const watch = setInterval(() => this.#watchForSilence(), 5000)
    try {
      await this.#consumer.connect()
      await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true })
      if (this.#left) return undefined
      this.#joining = this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 64,
        eachBatch: (payload) => this.#take(payload),
      })
      await this.#joining
      return await this.#ended.promise
    } catch (error) {
      return error
    } finally {
      clearInterval(watch)
    }
  }

  /** Leaves the group and closes the connections. */
  async leave(): Promise<void> {
    if (this.#left) return
    this.#left = true
    if (!(await endsWithin(this.#disconnect(), leaveMilliseconds))) {
      this.#client.log.warn('leaving the group took too long and goes on', { group: this.#options.group })
    }
    this.#ended.resolve(undefined)
  }

  async #disconnect(): Promise<void> {
    try {
      // Told to stop while it joins, a consumer would join all the same, and keep its partitions without reading them.
      await this.#joining.catch(() => undefined)
      await this.#consumer.disconnect()
    } catch (error) {
      this.#client.log.debug('a consumer did not close in order', { group: this.#options.group, error })
    }
  }

  #giveSign(): void {
    this.#lastSign = Date.now()
  }

  #watchForSilence(): void {
    if (Date.now() - this.#lastSign > silenceMilliseconds) {
      this.#ended.resolve(new Error('the consumer gave no sign of life'))
    }
  }

  async #beforeJoin(): Promise<void> {
    this.#giveSign()
    if (this.#left) return
    await this.#partitions.revoke({ lost: false, waitMilliseconds: this.#settings.revokeMilliseconds })
  }

  #onJoin(assignment: Readonly<Record<string, readonly number[]>>): void {
    this.#giveSign()
    this.joined = true
    if (this.#left) return
    const partitions = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((partition) => ({ topic, partition })),
    )
    const { group } = this.#options
    this.#client.log.info('the reader has joined its group', { group, count: partitions.length })
    this.#partitions.assign(partitions, this)
  }

  async #take({ batch, resolveOffset }: EachBatchPayload): Promise<void> {
    const { topic, partition } = batch
    const assigned = this.#partitions.find(batch)
    const last = batch.messages.at(-1)
    if (!assigned || assigned.held || !last) return
    const { fetchedOffset } = batch as unknown as { fetchedOffset: string }
    if (BigInt(fetchedOffset) !== assigned.position) {
      // A fetch that was under way while the partition was sought elsewhere.
      this.seek({ topic, partition }, assigned.position)
      return
    }
    const nextOffset = BigInt(last.offset) + 1n
    const highWatermark = BigInt(batch.highWatermark)
    resolveOffset(last.offset)
    const records = batch.messages.flatMap((message) => {
      const { record } = message as unknown as { record: IncomingRecord | undefined }
      return record === undefined ? [] : [record]
    })
    if (records.length === 0) {
      assigned.pass(nextOffset, highWatermark)
      return
    }
    const handled = assigned.handle(records, nextOffset, highWatermark)
    if (await endsWithin(handled, patienceMilliseconds)) return
    assigned.hold('busy')
    void handled.then(() => assigned.release('busy'))
  }

  pause({ topic, partition }: TopicPartition): void {
    this.#steer((consumer) => consumer.pause([{ topic, partitions: [partition] }]))
  }

  resume({ topic, partition }: TopicPartition): void {
    this.#steer((consumer) => consumer.resume([{ topic, partitions: [partition] }]))
  }

  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    this.#steer((consumer) => consumer.seek({ topic, partition, offset: String(offset) }))
  }

  /** A consumer that has crashed takes no more orders; its partitions are given back in a moment. */
  #steer(order: (consumer: Consumer) => void): void {
    if (this.#left) return
    try {
      order(this.#consumer)
    } catch (error) {
      this.#client.log.debug('a consumer that has ended was not steered', { group: this.#options.group, error })
    }
  }

  async commit(positions: readonly Position[]): Promise<void> {
    await this.#consumer.commitOffsets(
      positions.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
    )
  }
}
