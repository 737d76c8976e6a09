import { Base, initProducerIdV4, type Connection } from '@platformatic/kafka'
import { AppendError } from '../append-error.ts'
import type { ClientOptions } from '../client-options.ts'
import { endsWithin } from '../group/waiting.ts'
import type { OutgoingRecord, PartitionWriter } from '../partition-writer.ts'
import { nameOfPartition, type TopicPartition } from '../topic-partition.ts'
import { outgoingBatch } from '../wire/outgoing-batch.ts'
import { failureAfterSending, failureBeforeSending, refusal } from './append-failure.ts'
import { calmPool, clientOptions } from './client.ts'
import { passes } from './failures.ts'
import { ProduceQueue } from './produce-queue.ts'

/** Opens the writer of this process over @platformatic/kafka. Throws AppendError where no broker can be reached. */
export async function openPlatformaticWriter(
  options: ClientOptions,
  partitionCount: (topic: string) => Promise<number>,
): Promise<PartitionWriter> {
  const writer = new PlatformaticWriter(options, partitionCount)
  try {
    await writer.rebuild()
    return writer
  } catch (error) {
    await writer[Symbol.asyncDispose]()
    throw error
  }
}

interface Identity {
  readonly producerId: bigint
  readonly producerEpoch: number
  /** Per partition the sequence of the next record. */
  readonly sequences: Map<string, number>
  /** Batches that may be in the log. Only the very same batch may follow them. */
  readonly unsettled: Map<string, readonly OutgoingRecord[]>
}

/** Sequences wrap around to zero behind the largest positive 32-bit number. */
const sequences = 2 ** 31
/** In milliseconds. */
const leastReplicaWait = 500
/** A broker that has just started gives no identities for some seconds. */
const attempts = 20
const pauseMilliseconds = 250

/**
 * Writes with produce requests of its own on the client's connections. The client's producer tries again for ever and
 * sends a batch anew under a new identity without telling, so that nobody would know what may stand in the log twice.
 */
class PlatformaticWriter implements PartitionWriter {
  readonly partitionCount: (topic: string) => Promise<number>
  readonly #options: ClientOptions
  readonly #base: Base
  #identity: Identity | undefined
  readonly #queues = new WeakMap<Connection, ProduceQueue>()
  /** Of each topic, by partition. */
  readonly #leaders = new Map<string, ProduceQueue[]>()
  /** Topics whose leaders may be others by now. */
  readonly #moved = new Set<string>()

  constructor(options: ClientOptions, partitionCount: (topic: string) => Promise<number>) {
    this.#options = options
    this.partitionCount = partitionCount
    this.#base = new Base(clientOptions(options))
    calmPool(this.#base.connections, options.log)
  }

  async append(
    to: TopicPartition,
    records: readonly OutgoingRecord[],
    { timeoutMilliseconds }: { timeoutMilliseconds: number },
  ): Promise<{ baseOffset: bigint }> {
    const identity = this.#identity
    const name = nameOfPartition(to)
    const unsettled = identity?.unsettled.get(name)
    if (!identity || (unsettled && unsettled !== records)) {
      throw new AppendError('writer-unsettled', 'an earlier batch may or may not be in the log', rebuildFirst)
    }
    const end = Date.now() + timeoutMilliseconds
    try {
      const known = this.#leaders.get(to.topic)?.[to.partition]
      const leader = known?.connected ? known : await this.#leaderWithin(to, timeoutMilliseconds)
      identity.unsettled.set(name, records)
      const baseOffset = await this.#send(leader, to, records, identity, end - Date.now())
      identity.sequences.set(name, ((identity.sequences.get(name) ?? 0) + records.length) % sequences)
      identity.unsettled.delete(name)
      return { baseOffset }
    } catch (error) {
      const failure = error instanceof AppendError ? error : failureAfterSending(error)
      // What was unsettled before this attempt stays so: an answer counts for one sending only.
      if (failure.outcome === 'not-written' && unsettled === undefined) identity.unsettled.delete(name)
      this.#leaders.delete(to.topic)
      this.#moved.add(to.topic)
      throw failure
    }
  }

  async #leaderWithin(to: TopicPartition, milliseconds: number): Promise<ProduceQueue> {
    const looking = this.#leader(to)
    try {
      if (await endsWithin(looking, milliseconds)) return await looking
    } catch (error) {
      throw failureBeforeSending(error)
    }
    looking.catch((error: unknown) => this.#options.log.debug('a leader was found too late', { error }))
    throw new AppendError('broker-unreachable', 'the leader of the partition was not found in time', tryAgain)
  }

  async #leader({ topic, partition }: TopicPartition): Promise<ProduceQueue> {
    const forceUpdate = this.#moved.has(topic)
    const metadata = await this.#base.metadata({ topics: [topic], forceUpdate })
    this.#moved.delete(topic)
    const leader = metadata.topics.get(topic)?.partitions[partition]?.leader
    const broker = leader === undefined ? undefined : metadata.brokers.get(leader)
    if (!broker) throw refusal('LEADER_NOT_AVAILABLE')
    const connection = await this.#base.connections.get(broker)
    if (!connection.isConnected()) throw new Error('the connection to the leader was lost')
    const queue = this.#queues.get(connection) ?? new ProduceQueue(connection)
    this.#queues.set(connection, queue)
    const leaders = this.#leaders.get(topic) ?? []
    this.#leaders.set(topic, leaders)
    leaders[partition] = queue
    return queue
  }

  async #send(
    leader: ProduceQueue,
    to: TopicPartition,
    records: readonly OutgoingRecord[],
    identity: Identity,
    milliseconds: number,
  ): Promise<bigint> {
    const firstSequence = identity.sequences.get(nameOfPartition(to)) ?? 0
    const batch = outgoingBatch(records, { ...identity, firstSequence })
    const sending = leader.send({ to, batch }, this.#replicaWait(milliseconds))
    if (await endsWithin(sending, milliseconds)) return await sending
    sending.catch((error: unknown) => this.#options.log.debug('an answer came too late', { ...to, error }))
    throw new AppendError('append-timed-out', 'the broker did not answer in time', unknownOutcome)
  }

  /** Shorter than our own patience: its answer comes before we would give up the connection that all partitions share. */
  #replicaWait(milliseconds: number): number {
    const { requestTimeout } = clientOptions(this.#options)
    return Math.max(leastReplicaWait, Math.floor(Math.min(milliseconds, requestTimeout) * 0.8))
  }

  async rebuild(): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        this.#identity = await this.#newIdentity()
        return
      } catch (error) {
        if (attempt === attempts || !passes(error)) throw failureBeforeSending(error)
        await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
      }
    }
  }

  async #newIdentity(): Promise<Identity> {
    const { brokers } = await this.#base.metadata({ topics: [], forceUpdate: true })
    const connection = await this.#base.connections.getFirstAvailable([...brokers.values()])
    const { producerId, producerEpoch } = await initProducerIdV4.api.async(connection, null, 0, -1n, -1)
    return { producerId, producerEpoch, sequences: new Map(), unsettled: new Map() }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#identity = undefined
    await this.#base.close().catch((error: unknown) => {
      this.#options.log.debug('a producer did not close in order', { error })
    })
  }
}

const rebuildFirst = { outcome: 'not-written', retriable: true, rebuildWriter: true } as const
const tryAgain = { outcome: 'not-written', retriable: true } as const
const unknownOutcome = { outcome: 'unknown', retriable: true } as const
