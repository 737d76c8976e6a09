import { nameOfPartition, type Position, type RunningReader, type TopicPartition } from '@samspill/kafka'
import type { Log } from '@samspill/telemetry'

/** How long a position waits for those of other partitions. */
const pauseMilliseconds = 200

/**
 * Tells the group how far a service has come: a moment later, and for all its partitions at once. It is for the lag
 * tools, as the position that counts has committed with the batch, so no batch waits for it. What is not told yet when
 * partitions are given back the reader tells itself.
 */
export class GroupCommits implements Disposable {
  readonly #reader: Promise<Pick<RunningReader, 'commit'>>
  readonly #log: Pick<Log, 'debug'>
  readonly #untold = new Map<string, Position>()
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(reader: Promise<Pick<RunningReader, 'commit'>>, log: Pick<Log, 'debug'>) {
    this.#reader = reader
    this.#log = log
  }

  /** Notes where a partition goes on. */
  note(position: Position): void {
    if (this.#closed) return
    this.#untold.set(nameOfPartition(position), position)
    this.#timer ??= setTimeout(() => void this.#tell(), pauseMilliseconds)
  }

  /** Forgets a partition that was taken away: its next owner tells where it goes on. */
  forget(partition: TopicPartition): void {
    this.#untold.delete(nameOfPartition(partition))
  }

  [Symbol.dispose](): void {
    this.#closed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#untold.clear()
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const reader = await this.#reader
    const positions = [...this.#untold.values()]
    this.#untold.clear()
    if (positions.length === 0) return
    try {
      await reader.commit(positions)
    } catch (error) {
      this.#log.debug('the group did not take the commit', { count: positions.length, error })
    }
  }
}
