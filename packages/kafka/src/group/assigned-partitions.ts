import { HubError } from '@samspill/contracts'
import type { KafkaLog } from '../log.ts'
import type { Assignment, ReadOptions } from '../partition-reader.ts'
import type { TopicAdmin } from '../topic-admin.ts'
import { nameOfPartition, type Position, type TopicPartition } from '../topic-partition.ts'
import { AssignedPartition, type PartitionControls } from './assigned-partition.ts'
import { startingPositions } from './starting-positions.ts'
import { endsWithin } from './waiting.ts'

/** The consumer as the partitions use it; another one after every crash. */
export interface PartitionsConsumer extends Pick<PartitionControls, 'pause' | 'resume' | 'seek'> {
  commit(positions: readonly Position[]): Promise<void>
}

const startRetryMilliseconds = 1000
const callbackMilliseconds = 10_000

/** The partitions that are ours now. */
export class AssignedPartitions {
  readonly #log: KafkaLog
  readonly #topics: TopicAdmin
  readonly #options: ReadOptions
  readonly #current = new Map<string, AssignedPartition>()
  /** Batches that outlived their assignment; the partition waits for them should it come back to us. */
  readonly #leftovers = new Map<string, Promise<void>>()
  #consumer: PartitionsConsumer | undefined
  #epoch = 0
  #closed = false

  constructor(log: KafkaLog, topics: TopicAdmin, options: ReadOptions) {
    this.#log = log
    this.#topics = topics
    this.#options = options
  }

  get all(): readonly AssignedPartition[] {
    return [...this.#current.values()]
  }

  find(partition: TopicPartition): AssignedPartition | undefined {
    return this.#current.get(nameOfPartition(partition))
  }

  /** From now on nothing new is handled. */
  close(): void {
    this.#closed = true
    for (const partition of this.all) partition.hold('stopping')
  }

  /** Takes what the group gave us; nothing is fetched until the positions are known. */
  assign(partitions: readonly TopicPartition[], consumer: PartitionsConsumer): void {
    this.#consumer = consumer
    this.#epoch += 1
    for (const { topic, partition } of partitions) {
      const controls: PartitionControls = {
        log: this.#log,
        pause: (each) => consumer.pause(each),
        resume: (each) => consumer.resume(each),
        seek: (each, offset) => consumer.seek(each, offset),
        onBatch: (batch) => this.#options.onBatch(batch),
      }
      const assigned = new AssignedPartition({ topic, partition, epoch: this.#epoch }, controls)
      const name = nameOfPartition(assigned.assignment)
      this.#current.set(name, assigned)
      assigned.hold('starting')
      const leftover = this.#leftovers.get(name)
      if (leftover) {
        assigned.hold('busy')
        void leftover.then(() => assigned.release('busy'))
      }
      if (this.#closed) assigned.hold('stopping')
    }
    void this.#start(this.all)
  }

  async #start(partitions: readonly AssignedPartition[]): Promise<void> {
    const assignments = partitions.map(({ assignment }) => assignment)
    while (partitions.some(({ ended }) => !ended)) {
      try {
        const { positions, lost } = await startingPositions(assignments, this.#options, this.#topics)
        if (partitions.some(({ ended }) => ended)) return
        for (const position of positions) this.find(position)?.seek(position.offset)
        for (const each of lost) this.find(each)?.hold('position-lost')
        for (const partition of partitions) partition.release('starting')
        for (const each of lost) this.#tellLost(each)
        return
      } catch (error) {
        const { group } = this.#options
        this.#log.warn('where to start reading could not be found out: trying again', { group, error })
        await new Promise((resolve) => setTimeout(resolve, startRetryMilliseconds))
      }
    }
  }

  /** A fetch found nothing at a position: if the log really does not hold it, the partition stops there. */
  async checkRange(partition: TopicPartition): Promise<void> {
    const assigned = this.find(partition)
    if (!assigned || assigned.held) return
    assigned.hold('position-lost')
    try {
      const ends = await this.#topics.logEnds(partition.topic)
      const end = ends.find((each) => each.partition === partition.partition)
      const offset = assigned.position
      if (end && (offset < end.earliest || offset > end.latest)) {
        this.#tellLost({ ...partition, offset, logStart: end.earliest, logEnd: end.latest })
        return
      }
    } catch (error) {
      this.#log.warn('the ends of a partition could not be found out', { ...partition, error })
    }
    assigned.release('position-lost')
  }

  #tellLost(lost: Parameters<NonNullable<ReadOptions['onPositionLost']>>[0]): void {
    const { topic, partition, offset, logStart } = lost
    const gone = logStart > offset ? logStart - offset : 0n
    const reason = gone > 0n ? `${gone} records before the log's start are gone` : 'the position lies behind the end'
    this.#log.error('records that were not read are gone: the partition is held', { topic, partition, offset, reason })
    this.#options.onPositionLost?.(lost)
  }

  /** Gives the partitions back: waits for running batches, commits where handling ended, and tells the reader. */
  async revoke({ lost, waitMilliseconds }: { lost: boolean; waitMilliseconds: number }): Promise<void> {
    const revoked = this.all
    if (revoked.length === 0) return
    for (const partition of revoked) partition.hold('stopping')
    const running = Promise.all(revoked.map((partition) => partition.running))
    if (!(await endsWithin(running, waitMilliseconds)) && !lost) {
      this.#log.warn('partitions are given back while batches still run', { group: this.#options.group })
    }
    if (!lost) await this.#commitHandled(revoked)
    for (const partition of revoked) {
      partition.end()
      this.#keepLeftover(partition)
    }
    this.#current.clear()
    await this.#tellRevoked(
      revoked.map(({ assignment }) => assignment),
      lost,
    )
  }

  #keepLeftover({ assignment, running }: AssignedPartition): void {
    const name = nameOfPartition(assignment)
    const leftover = Promise.all([this.#leftovers.get(name), running]).then(() => {
      if (this.#leftovers.get(name) === leftover) this.#leftovers.delete(name)
    })
    this.#leftovers.set(name, leftover)
  }

  async #tellRevoked(assignments: readonly Assignment[], lost: boolean): Promise<void> {
    try {
      const told = Promise.resolve(this.#options.onRevoked?.(assignments, lost))
      if (!(await endsWithin(told, callbackMilliseconds))) {
        this.#log.warn('giving partitions back took too long', { group: this.#options.group })
      }
    } catch (error) {
      this.#log.error('giving partitions back failed', { group: this.#options.group, error })
    }
  }

  async #commitHandled(partitions: readonly AssignedPartition[]): Promise<void> {
    const positions = partitions
      .filter(({ position, committed }) => position >= 0n && position !== committed)
      .map(({ assignment: { topic, partition }, position }) => ({ topic, partition, offset: position }))
    if (positions.length === 0) return
    try {
      await endsWithin(this.commit(positions), callbackMilliseconds)
    } catch (error) {
      this.#log.warn('positions could not be committed', { group: this.#options.group, error })
    }
  }

  async commit(positions: readonly Position[]): Promise<void> {
    if (!this.#consumer) throw new HubError('commit-failed', 'the reader is not in its group now')
    try {
      await this.#consumer.commit(positions)
    } catch (error) {
      throw new HubError('commit-failed', 'the group did not take the positions', { cause: error })
    }
    for (const position of positions) {
      const partition = this.find(position)
      if (partition) partition.committed = position.offset
    }
  }
}
