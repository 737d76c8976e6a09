import type { KafkaLog } from '../log.ts'
import type { Assignment, IncomingBatch, IncomingRecord } from '../partition-reader.ts'
import type { TopicPartition } from '../topic-partition.ts'

/** Why a partition is not fetched; it is fetched again when no reason is left. */
export type Hold = 'starting' | 'asked' | 'busy' | 'failing' | 'position-lost' | 'stopping'

/** What a partition needs of the consumer that owns it. */
export interface PartitionControls {
  readonly log: KafkaLog
  pause(partition: TopicPartition): void
  resume(partition: TopicPartition): void
  seek(partition: TopicPartition, offset: bigint): void
  onBatch(batch: IncomingBatch): Promise<void>
}

const firstPause = 500
const longestPause = 30_000

/** One partition during one assignment: its position, why it is held, and the one batch that runs. */
export class AssignedPartition {
  readonly assignment: Assignment
  readonly #controls: PartitionControls
  readonly #holds = new Set<Hold>()
  #position = -1n
  /** The position as it was last sought or handled up to: passing over nothing does not move it. */
  #begins = -1n
  #highWatermark = -1n
  #moves = 0
  #ended = false
  #running: Promise<void> | undefined
  #failures = 0
  #retryTimer: NodeJS.Timeout | undefined
  committed = -1n

  constructor(assignment: Assignment, controls: PartitionControls) {
    this.assignment = assignment
    this.#controls = controls
  }

  /** The offset of the next record to handle; below zero until it is known. */
  get position(): bigint {
    return this.#position
  }

  get lag(): bigint {
    return this.#highWatermark < 0n || this.#position < 0n ? 0n : this.#highWatermark - this.#position
  }

  get held(): boolean {
    return this.#holds.size > 0
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Settles when the batch that runs has ended; never rejects. */
  get running(): Promise<void> {
    return this.#running ?? Promise.resolve()
  }

  hold(reason: Hold): void {
    if (this.#ended) return
    this.#holds.add(reason)
    this.#controls.pause(this.assignment)
  }

  release(reason: Hold): void {
    if (this.#ended || !this.#holds.delete(reason) || this.held) return
    this.#controls.resume(this.assignment)
  }

  seek(offset: bigint): void {
    if (this.#ended) return
    this.#moves += 1
    this.#position = offset
    this.#begins = offset
    this.#controls.seek(this.assignment, offset)
  }

  /** Moves past offsets that hold nothing for the reader. */
  pass(nextOffset: bigint, highWatermark: bigint): void {
    this.#position = nextOffset
    this.#highWatermark = highWatermark
  }

  /** Handles a batch that begins at the position. Settles when that has ended, well or not; never rejects. */
  handle(records: readonly IncomingRecord[], nextOffset: bigint, highWatermark: bigint): Promise<void> {
    this.#highWatermark = highWatermark
    const running = this.#handle(records, nextOffset, highWatermark).finally(() => {
      this.#running = undefined
    })
    this.#running = running
    return running
  }

  async #handle(records: readonly IncomingRecord[], nextOffset: bigint, highWatermark: bigint): Promise<void> {
    const moves = this.#moves
    const isStale = (): boolean => this.#ended || this.#moves !== moves
    try {
      const { assignment } = this
      const offset = this.#begins
      await this.#controls.onBatch({ assignment, records, offset, nextOffset, highWatermark, isStale })
      this.#failures = 0
      if (isStale()) return
      this.#position = nextOffset
      this.#begins = nextOffset
    } catch (error) {
      const { topic, partition } = this.assignment
      const fields = { topic, partition, offset: this.#position, error }
      this.#controls.log.error('a batch was not handled: the partition is read again from the same position', fields)
      if (!isStale()) this.#retryLater()
    }
  }

  #retryLater(): void {
    this.#failures += 1
    const pause = Math.min(firstPause * 2 ** Math.min(this.#failures - 1, 10), longestPause)
    this.seek(this.#position)
    this.hold('failing')
    this.#retryTimer = setTimeout(() => this.release('failing'), pause)
  }

  /** The partition is no longer ours: nothing moves it any more. */
  end(): void {
    this.#ended = true
    clearTimeout(this.#retryTimer)
  }
}
