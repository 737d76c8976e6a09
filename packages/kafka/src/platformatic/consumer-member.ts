import { Consumer, heartbeatV4, offsetCommitV8, type Connection, type GroupAssignment } from '@platformatic/kafka'
import type { ClientOptions } from '../client-options.ts'
import type { AssignedPartitions, PartitionsConsumer } from '../group/assigned-partitions.ts'
import type { GroupMember } from '../group/group-member.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import { endsWithin } from '../group/waiting.ts'
import type { ReadOptions } from '../partition-reader.ts'
import type { Position } from '../topic-partition.ts'
import { calmPool, clientOptions } from './client.ts'
import { saysUnknownMember } from './failures.ts'
import { PartitionFetcher } from './partition-fetcher.ts'

/** The id under which the group knows us. The next member joins with it and need not wait for the last one's time-out. */
export interface LastingIdentity {
  memberId: string | null
}

const leaveMilliseconds = 10_000
const leaveGroupMilliseconds = 3_000
const heartbeatMilliseconds = 3000
/** From so many on, the brokers count as away. */
const mostMissedBeats = 2
/** How a group of kafkajs' calls the same assignment, so that members of both clients can be in one group. */
const assignment = { name: 'RoundRobinAssigner', version: 1 }

/**
 * A member that joins, beats and leaves with the client's consumer, and fetches on its own. The client's stream unpacks
 * without a bound, gives up everything for one bad batch, holds or seeks no single partition, and delivers records of
 * partitions that are no longer ours.
 */
export class ConsumerMember implements GroupMember, PartitionsConsumer {
  readonly #client: ClientOptions
  readonly #settings: ReaderSettings
  readonly #options: ReadOptions
  readonly #partitions: AssignedPartitions
  readonly #identity: LastingIdentity
  readonly #consumer: Consumer
  readonly #fetcher: PartitionFetcher
  readonly #ended = Promise.withResolvers<unknown>()
  /** The generation that our partitions belong to: a commit under any other is refused by the group. */
  #generation = -1
  #left = false
  #missedBeats = 0
  joined = false

  constructor(
    client: ClientOptions,
    settings: ReaderSettings,
    options: ReadOptions,
    partitions: AssignedPartitions,
    identity: LastingIdentity,
  ) {
    this.#client = client
    this.#settings = settings
    this.#options = options
    this.#partitions = partitions
    this.#identity = identity
    const rebalance = settings.sessionTimeoutMilliseconds + settings.revokeMilliseconds
    this.#consumer = new Consumer({
      ...clientOptions(client),
      groupId: options.group,
      autocommit: false,
      sessionTimeout: settings.sessionTimeoutMilliseconds,
      rebalanceTimeout: rebalance,
      heartbeatInterval: Math.min(heartbeatMilliseconds, settings.sessionTimeoutMilliseconds / 3),
      heartbeatStallTimeout: settings.sessionTimeoutMilliseconds * 2,
      // The answer to a join comes when the others have joined too.
      requestTimeout: rebalance + 5000,
      protocols: [assignment],
      protocolsMetadata: () => this.#beforeJoin(),
    })
    calmPool(this.#consumer.connections, client.log)
    this.#fetcher = new PartitionFetcher({
      client,
      settings,
      partitions,
      group: options.group,
      metadata: (forceUpdate) => this.#consumer.metadata({ topics: [...options.topics], forceUpdate }),
      onPartitionsAdded: () => this.#joinAgain(),
    })
  }

  get reading(): boolean {
    return this.joined && this.#missedBeats < mostMissedBeats && !this.#fetcher.failing
  }

  async run(): Promise<unknown> {
    this.#consumer.on('consumer:group:join', ({ assignments }) => this.#onJoin(assignments ?? []))
    this.#consumer.on('consumer:heartbeat:error', () => void (this.#missedBeats += 1))
    this.#consumer.on('consumer:heartbeat:end', () => void (this.#missedBeats = 0))
    this.#consumer.on('consumer:heartbeat:stalled', () => this.#end(new Error('the group gives no answer any more')))
    // The client tells of a rejoin that failed in this way; without a listener it would end the process.
    this.#consumer.on('error', (error) => this.#end(error))
    try {
      for (const topic of this.#options.topics) this.#consumer.topics.track(topic)
      await this.#join()
      return await this.#ended.promise
    } catch (error) {
      return error
    } finally {
      this.#identity.memberId = this.#consumer.memberId
    }
  }

  async #join(): Promise<void> {
    const known = this.#identity.memberId
    this.#consumer.memberId = known
    try {
      await this.#consumer.joinGroup({})
    } catch (error) {
      if (known === null || !saysUnknownMember(error)) throw error
      this.#consumer.memberId = null
      await this.#consumer.joinGroup({})
    }
  }

  #joinAgain(): void {
    if (!this.#left) this.#consumer.joinGroup({}).catch((error: unknown) => this.#end(error))
  }

  #end(error: unknown): void {
    this.#ended.resolve(error)
  }

  async leave(): Promise<void> {
    if (this.#left) return
    this.#left = true
    const closing = Promise.all([this.#fetcher.close(), this.#leaveGroup().then(() => this.#consumer.close(true))])
    try {
      if (!(await endsWithin(closing, leaveMilliseconds))) {
        this.#client.log.warn('leaving the group took too long', { group: this.#options.group })
      }
    } catch (error) {
      this.#client.log.debug('a consumer did not close in order', { group: this.#options.group, error })
    }
    this.#end(undefined)
  }

  /** Before the client is closed: one that is closed while it joins beats for ever, and its process never ends. */
  async #leaveGroup(): Promise<void> {
    const left = Promise.withResolvers<void>()
    this.#consumer.leaveGroup(true, (error) => (error ? left.reject(error) : left.resolve()))
    try {
      await endsWithin(left.promise, leaveGroupMilliseconds)
    } catch (error) {
      this.#client.log.debug('the group did not hear that we leave', { group: this.#options.group, error })
    }
  }

  /** The client awaits this before each attempt to join, while the partitions are still ours. */
  async #beforeJoin(): Promise<Buffer> {
    if (!this.#left) {
      const beats = setInterval(() => void this.#beat(), heartbeatMilliseconds)
      const lost = this.joined && this.#consumer.memberId === null
      try {
        await this.#partitions.revoke({ lost, waitMilliseconds: this.#settings.revokeMilliseconds })
      } finally {
        clearInterval(beats)
      }
      this.#fetcher.wake()
    }
    return Buffer.alloc(0)
  }

  /** Says that we are alive while batches end; the client itself beats no more once it means to join again. */
  async #beat(): Promise<void> {
    const { groupId, memberId } = this.#consumer
    if (memberId === null || !this.joined) return
    try {
      await heartbeatV4.api.async(await this.#coordinator(), groupId, this.#generation, memberId, null)
    } catch (error) {
      this.#client.log.debug('a heartbeat was answered with the wish to join again', { group: groupId, error })
    }
  }

  #onJoin(assignments: readonly GroupAssignment[]): void {
    this.joined = true
    this.#missedBeats = 0
    if (this.#left) return
    this.#generation = this.#consumer.generationId
    const owned = assignments.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })))
    const { group } = this.#options
    this.#client.log.info('the reader has joined its group', { group, count: owned.length })
    this.#partitions.assign(owned, this)
    this.#fetcher.start()
  }

  async #coordinator(): Promise<Connection> {
    const id = await this.#consumer.findGroupCoordinator()
    const { brokers } = await this.#consumer.metadata({ topics: [...this.#options.topics] })
    const broker = brokers.get(id)
    if (!broker) throw new Error('the coordinator of the group is not known')
    return this.#consumer.connections.get(broker)
  }

  pause(): void {
    // Whoever is held is left out of the next fetch.
  }

  resume(): void {
    this.#fetcher.wake()
  }

  seek(): void {
    this.#fetcher.wake()
  }

  /** With a request of its own: the client's commit joins anew when it is refused, and commits under that generation. */
  async commit(positions: readonly Position[]): Promise<void> {
    const { groupId, memberId } = this.#consumer
    const generation = this.#generation
    const topics = Map.groupBy(positions, ({ topic }) => topic)
    await offsetCommitV8.api.async(
      await this.#coordinator(),
      groupId,
      generation,
      memberId ?? '',
      null,
      [...topics].map(([name, each]) => ({
        name,
        partitions: each.map(({ partition, offset }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: -1,
          committedMetadata: null,
        })),
      })),
    )
  }
}
