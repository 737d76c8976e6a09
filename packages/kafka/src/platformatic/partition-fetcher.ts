import { ConnectionPool, type ClusterMetadata } from '@platformatic/kafka'
import type { ClientOptions } from '../client-options.ts'
import type { AssignedPartition } from '../group/assigned-partition.ts'
import type { AssignedPartitions } from '../group/assigned-partitions.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import type { IncomingRecord } from '../partition-reader.ts'
import type { FetchedPartition } from '../wire/fetch-response.ts'
import { visibleRecords } from '../wire/visible-records.ts'
import { calmPool, clientOptions } from './client.ts'
import { nameOfAnswer } from './failures.ts'
import { fetchFrom } from './fetch-request.ts'
import { OpenFetches } from './open-fetches.ts'
import { PartitionsInHand, type TakenPartition } from './partitions-in-hand.ts'

/** What fetching needs to know. */
export interface FetcherSurroundings {
  readonly client: ClientOptions
  readonly settings: ReaderSettings
  readonly partitions: AssignedPartitions
  readonly group: string
  /** Who leads which partition; asked again where `fresh`. */
  metadata(fresh: boolean): Promise<ClusterMetadata>
  /** A topic has more partitions than when we joined. */
  onPartitionsAdded(): void
}

/** How long a broker waits for the first record: less where a partition that is held now waits for the next fetch. */
const allWaitMilliseconds = 5000
const someWaitMilliseconds = 250
const leastWaitMilliseconds = 5
const firstPause = 250
const longestPause = 2000
/** From so many failures on, the brokers count as away. */
const mostFailures = 3
const outOfRange = 1

/**
 * Fetches the assigned partitions, one fetch at a time per broker. What is fetched of a partition is handled before more
 * of it is; the others are fetched on meanwhile, so that no partition waits for another one's batch.
 */
export class PartitionFetcher {
  readonly #around: FetcherSurroundings
  #pool: ConnectionPool
  readonly #fetches = new OpenFetches()
  /** The brokers that are fetched from now. */
  readonly #loops = new Map<number, Promise<void>>()
  #cluster: ClusterMetadata | undefined
  #partitionCounts: string | undefined
  #leadersDoubted = true
  #steering: Promise<void> | undefined
  #refreshTimer: NodeJS.Timeout | undefined
  #woken = Promise.withResolvers<void>()
  #closed = false
  #turn = 0
  /** Failures since something went well. */
  #failures = 0

  constructor(around: FetcherSurroundings) {
    this.#around = around
    this.#pool = openPool(around.client)
  }

  /** True while the brokers do not answer. */
  get failing(): boolean {
    return this.#failures >= mostFailures
  }

  /** Fetches what is assigned from now on. A broker answers one fetch of a connection after the other: new ones are made. */
  start(): void {
    this.#closePool(this.#pool)
    this.#pool = openPool(this.#around.client)
    this.#fetches.giveUp()
    this.#leadersDoubted = true
    this.#partitionCounts = undefined
    const { refreshMilliseconds } = this.#around.settings
    this.#refreshTimer ??= setInterval(() => this.#doubtLeaders(), refreshMilliseconds)
    this.#steer()
  }

  /** Looks again for partitions that may be fetched. */
  wake(): void {
    this.#woken.resolve()
    this.#woken = Promise.withResolvers()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#refreshTimer)
    this.wake()
    await this.#pool.close()
    await Promise.all([this.#steering, ...this.#loops.values()])
  }

  #closePool(pool: ConnectionPool): void {
    const { client, group } = this.#around
    pool.close().catch((error: unknown) => client.log.debug('connections did not close in order', { group, error }))
  }

  #doubtLeaders(): void {
    this.#leadersDoubted = true
    this.#steer()
  }

  #steer(): void {
    this.#steering ??= this.#findLeaders().finally(() => {
      this.#steering = undefined
      if (this.#leadersDoubted && !this.#closed) this.#steer()
    })
  }

  async #findLeaders(): Promise<void> {
    while (this.#leadersDoubted && !this.#closed) {
      this.#leadersDoubted = false
      try {
        this.#cluster = await this.#around.metadata(true)
        this.#compareCounts(this.#cluster)
        for (const node of this.#cluster.brokers.keys()) this.#loop(node)
        this.wake()
      } catch (error) {
        this.#leadersDoubted = true
        await this.#pauseAfter('the leaders of partitions could not be found out', error)
      }
    }
  }

  #compareCounts({ topics }: ClusterMetadata): void {
    const counts = [...topics].map(([name, topic]) => `${name}:${topic?.partitionsCount}`).join()
    const added = this.#partitionCounts !== undefined && this.#partitionCounts !== counts
    this.#partitionCounts = counts
    if (added) this.#around.onPartitionsAdded()
  }

  #loop(node: number): void {
    if (this.#loops.has(node) || this.#ledBy(node).length === 0) return
    this.#loops.set(node, this.#run(node))
  }

  #ledBy(node: number): AssignedPartition[] {
    const topics = this.#cluster?.topics
    return this.#around.partitions.all.filter(
      ({ assignment: { topic, partition } }) => topics?.get(topic)?.partitions[partition]?.leader === node,
    )
  }

  async #run(node: number): Promise<void> {
    const inHand = new PartitionsInHand()
    while (!this.#closed) {
      const led = this.#ledBy(node)
      if (led.length === 0) {
        this.#loops.delete(node)
        return
      }
      const free = led.filter(({ held }) => !held)
      if (free.length === 0) {
        await this.#woken.promise
        continue
      }
      try {
        const waitMilliseconds = free.length === led.length ? allWaitMilliseconds : waitBeside(inHand.age)
        await this.#fetches.wait(this.#fetch(node, free, { inHand, waitMilliseconds }))
      } catch (error) {
        if (this.#closed) return
        await this.#pauseAfter('a broker could not be fetched from', error)
        this.#doubtLeaders()
      }
    }
  }

  async #fetch(
    node: number,
    free: readonly AssignedPartition[],
    { inHand, waitMilliseconds }: { readonly inHand: PartitionsInHand; readonly waitMilliseconds: number },
  ): Promise<void> {
    const broker = this.#cluster?.brokers.get(node)
    if (!broker) throw new Error('the broker is not part of the cluster now')
    // Who comes first gets its bytes first: each partition has its turn.
    this.#turn += 1
    const first = this.#turn % free.length
    const wanted = [...free.slice(first), ...free.slice(0, first)]
    const positions = wanted.map(({ assignment: { topic, partition }, position }) => {
      return { topic, partition, offset: position }
    })
    const connection = await this.#pool.get(broker)
    const { settings } = this.#around
    const response = await fetchFrom(connection, positions, { settings, waitMilliseconds })
    if (response.errorCode !== 0) throw new Error(nameOfAnswer(response.errorCode))
    this.#failures = 0
    for (const { topic, partitions } of response.topics) {
      for (const fetched of partitions) {
        const at = positions.findIndex((each) => each.topic === topic && each.partition === fetched.partition)
        const taken = this.#take(wanted[at], positions[at]?.offset ?? -1n, fetched)
        if (taken !== undefined) void this.#deal(taken, inHand)
      }
    }
  }

  async #deal(taken: TakenPartition, inHand: PartitionsInHand): Promise<void> {
    try {
      await inHand.hold(taken)
    } catch (error) {
      const { client, group } = this.#around
      client.log.warn('what was fetched of a partition could not be dealt with', { group, error })
      this.#doubtLeaders()
    }
  }

  /** Waits longer from failure to failure, and warns of the first. */
  async #pauseAfter(message: string, error: unknown): Promise<void> {
    const { log } = this.#around.client
    if (this.#failures === 0) log.warn(`${message}: trying again`, { group: this.#around.group, error })
    else log.debug(message, { group: this.#around.group, error })
    const milliseconds = Math.min(firstPause * 2 ** Math.min(this.#failures, 10), longestPause)
    this.#failures += 1
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
  }

  /** Begins to deal with what was fetched; undefined where there is nothing to do. */
  #take(
    assigned: AssignedPartition | undefined,
    offset: bigint,
    fetched: FetchedPartition,
  ): TakenPartition | undefined {
    // While the fetch was under way the partition may have been held, sought elsewhere or given back.
    if (!assigned || assigned.ended || assigned.held || assigned.position !== offset) return undefined
    if (fetched.errorCode !== 0) {
      return { assigned, done: this.#refused(assigned, fetched.errorCode) }
    }
    // A fetch from the middle of a batch brings the whole batch.
    const records: IncomingRecord[] = []
    let last = offset - 1n
    for (const visible of visibleRecords(fetched)) {
      if (visible.offset < offset) continue
      if (visible.record !== undefined) records.push(visible.record)
      last = visible.offset
    }
    const nextOffset = last + 1n
    if (records.length === 0) {
      assigned.pass(nextOffset, fetched.highWatermark)
      return undefined
    }
    const done = assigned.handle(records, nextOffset, fetched.highWatermark)
    return { assigned, done }
  }

  async #refused(assigned: AssignedPartition, errorCode: number): Promise<void> {
    const { topic, partition } = assigned.assignment
    if (errorCode === outOfRange) return this.#around.partitions.checkRange({ topic, partition })
    const reason = nameOfAnswer(errorCode)
    this.#around.client.log.warn('a partition could not be fetched: trying again', { topic, partition, reason })
    assigned.hold('failing')
    setTimeout(() => assigned.release('failing'), 2 * firstPause)
    this.#doubtLeaders()
  }
}

/**
 * What is in hand waits for this fetch once it is done: no longer than it has taken already, so that quick batches are
 * not slowed down, and slow ones cost few fetches.
 */
function waitBeside(age: number | undefined): number {
  if (age === undefined) return someWaitMilliseconds
  return Math.ceil(Math.min(Math.max(age, leastWaitMilliseconds), someWaitMilliseconds))
}

function openPool(client: ClientOptions): ConnectionPool {
  const { clientId, ...options } = clientOptions(client)
  const pool = new ConnectionPool(clientId, options)
  calmPool(pool, client.log)
  return pool
}
