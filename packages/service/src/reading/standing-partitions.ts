import { nameOfPartition, type Position, type TopicPartition } from '@samspill/kafka'
import { markStopped, readPositions, type Database, type Stop } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'

/** What standing partitions are watched with. */
export interface StandingOptions {
  readonly database: Pick<Database, 'query'>
  readonly log: Log
  /** Called when a person has moved the position of a partition that stood still: it goes on there. */
  goOn(position: Position): void
  /** Milliseconds between looks; 1,000 unless told otherwise. */
  readonly lookMilliseconds?: number
}

type StandingStop = TopicPartition & Omit<Stop, 'since'>

/**
 * The partitions of this process that stand still until a person decides (`samspill resume`). Notes each in the service's
 * schema, and looks there now and then, only while there are any, whether the note was taken away: the position is then
 * where it goes on.
 */
export class StandingPartitions implements Disposable {
  readonly #options: StandingOptions
  readonly #standing = new Map<string, { readonly stop: StandingStop; noted: boolean }>()
  #looking = false
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(options: StandingOptions) {
    this.#options = options
  }

  /** A partition stands still from now on. */
  stand(stop: StandingStop): void {
    this.#standing.set(nameOfPartition(stop), { stop, noted: false })
    clearTimeout(this.#timer)
    this.#timer = undefined
    void this.#look()
  }

  /** It goes on, or was taken away. */
  forget(partition: TopicPartition): void {
    this.#standing.delete(nameOfPartition(partition))
  }

  [Symbol.dispose](): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#standing.clear()
  }

  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      await this.#noteAndRead()
    } catch (error) {
      this.#options.log.warn('where partitions stand still could not be noted; it is tried again', { error })
    }
    this.#looking = false
    if (this.#over || this.#standing.size === 0) return
    this.#timer = setTimeout(() => void this.#look(), this.#options.lookMilliseconds ?? 1_000)
  }

  async #noteAndRead(): Promise<void> {
    const { database, log, goOn } = this.#options
    for (const entry of this.#standing.values()) {
      if (entry.noted) continue
      await markStopped(database, entry.stop, entry.stop)
      entry.noted = true
    }
    for (const { topic, partition, nextOffset, stopped } of await readPositions(database)) {
      const entry = this.#standing.get(nameOfPartition({ topic, partition }))
      if (entry?.noted !== true || stopped !== undefined || nextOffset === undefined) continue
      this.forget({ topic, partition })
      log.info('the partition goes on where a person has said', { topic, partition, offset: nextOffset })
      goOn({ topic, partition, offset: nextOffset })
    }
  }
}
