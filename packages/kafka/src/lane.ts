import { AppendError } from './append-error.ts'
import type { LaneEntry } from './lane-entry.ts'
import type { OutgoingRecord, PartitionWriter } from './partition-writer.ts'
import { batchOverhead } from './record-size.ts'
import type { TopicPartition } from './topic-partition.ts'

/** What all lanes of a process share. */
export interface LaneSurroundings {
  readonly writer: PartitionWriter
  readonly maxBatchRecords: number
  readonly maxBatchBytes: number
  readonly appendTimeoutMilliseconds: number
  /** How long to wait before the next attempt, after so many failures. */
  backoff(failures: number): number
  /** Resolves when the writer may be used; rejects where rebuilding it failed. */
  writerReady(): Promise<void>
  /** Has the writer rebuilt, unless that has happened since this generation. */
  rebuildWriter(generation: number): void
  writerGeneration(): number
  now(): number
  /** A batch that is under way for longer counts as stuck. */
  readonly stuckAfterMilliseconds: number
  /** Called for each entry that has left the lane, so that its room is free again. */
  left(entry: LaneEntry): void
  failed(to: TopicPartition, error: AppendError, failures: number): void
  /** Called for each batch that the brokers have acknowledged. */
  acknowledged(): void
}

/** The batch at the head of a lane. */
interface Head {
  entries: LaneEntry[]
  /** The very array that is appended again after an unknown outcome, so that the broker recognises it. */
  records: readonly OutgoingRecord[]
  inFlight: boolean
  /** When it came to the head, milliseconds since 1970. */
  readonly since: number
  /** True from the first attempt whose outcome is unknown: from then on the batch may be in the log. */
  perhapsWritten: boolean
  failures: number
}

const splittable: ReadonlySet<string> = new Set(['record-too-large', 'record-refused'])

/** The records of one partition, in order: one batch under way, the others behind it. */
export class Lane {
  readonly to: TopicPartition
  readonly #around: LaneSurroundings
  #queue: LaneEntry[] = []
  #head: Head | undefined
  #running = false
  #ended = false
  #wake: (() => void) | undefined
  /** The next batch takes no more than this many records: halved where a batch holds one that the broker refuses. */
  #mostRecords = Number.POSITIVE_INFINITY

  constructor(to: TopicPartition, around: LaneSurroundings) {
    this.to = to
    this.#around = around
  }

  get empty(): boolean {
    return this.#queue.length === 0 && this.#head === undefined
  }

  /** True while the batch at the head has failed and is tried again, or waits for its answer for long. */
  get stuck(): boolean {
    const head = this.#head
    return (
      head !== undefined && (head.failures > 0 || this.#around.now() - head.since > this.#around.stuckAfterMilliseconds)
    )
  }

  add(entry: LaneEntry): void {
    this.#queue.push(entry)
    if (this.#running) return
    this.#running = true
    // At the end of the turn, so that what all requests of one turn send becomes one batch.
    setImmediate(() => void this.#run())
  }

  /** Gives up on an entry: out of the lane where it has surely not been written, else only its caller is answered. */
  giveUp(entry: LaneEntry, code: string, reason: string): void {
    if (entry.answered) return
    const head = this.#head
    if (head?.entries.includes(entry)) {
      if (head.inFlight || head.perhapsWritten) {
        entry.reject(new AppendError(code, `${reason}; the record may have been written`, unknown))
        return
      }
      head.entries = head.entries.filter((each) => each !== entry)
      head.records = head.entries.map((each) => each.record)
    } else {
      this.#queue = this.#queue.filter((each) => each !== entry)
    }
    this.#around.left(entry)
    entry.reject(new AppendError(code, `${reason}; the record was not written`, notWritten))
  }

  /** Ends the lane: nothing more is tried, and everyone who still waits is answered. */
  end(code: string, reason: string): void {
    this.#ended = true
    const waiting = [...(this.#head?.entries ?? []), ...this.#queue]
    for (const entry of waiting) this.giveUp(entry, code, reason)
    this.#wake?.()
  }

  async #run(): Promise<void> {
    while (!this.#ended) {
      this.#head ??= this.#nextHead()
      if (this.#head === undefined) break
      await this.#attempt(this.#head)
      if (this.#head.entries.length === 0) this.#head = undefined
    }
    this.#running = false
  }

  #nextHead(): Head | undefined {
    let bytes = batchOverhead
    let count = 0
    const most = Math.min(this.#mostRecords, this.#around.maxBatchRecords)
    for (const entry of this.#queue) {
      if (count > 0 && (count >= most || bytes + entry.size > this.#around.maxBatchBytes)) break
      bytes += entry.size
      count += 1
    }
    if (count === 0) return undefined
    const entries = this.#queue.splice(0, count)
    const records = entries.map((entry) => entry.record)
    return { entries, records, inFlight: false, since: this.#around.now(), perhapsWritten: false, failures: 0 }
  }

  async #attempt(head: Head): Promise<void> {
    const generation = this.#around.writerGeneration()
    try {
      await this.#around.writerReady()
      if (head.entries.length === 0 || this.#ended) return
      head.inFlight = true
      const timeoutMilliseconds = this.#around.appendTimeoutMilliseconds
      const { baseOffset } = await this.#around.writer.append(this.to, head.records, { timeoutMilliseconds })
      this.#around.acknowledged()
      this.#settle(head, (entry, index) => entry.acknowledge(this.to.partition, baseOffset + BigInt(index)))
      this.#mostRecords = Number.POSITIVE_INFINITY
    } catch (error) {
      head.inFlight = false
      await this.#afterFailure(head, asAppendError(error), generation)
    }
  }

  async #afterFailure(head: Head, error: AppendError, generation: number): Promise<void> {
    if (error.outcome === 'unknown') head.perhapsWritten = true
    if (error.rebuildWriter) this.#around.rebuildWriter(generation)
    head.failures += 1
    this.#around.failed(this.to, error, head.failures)
    if (error.retriable || error.rebuildWriter) {
      await this.#rest(this.#around.backoff(head.failures))
      return
    }
    if (splittable.has(error.code) && head.entries.length > 1) {
      this.#mostRecords = Math.ceil(head.entries.length / 2)
      this.#queue.unshift(...head.entries)
      head.entries = []
      return
    }
    const outcome = head.perhapsWritten ? 'unknown' : error.outcome
    const refusal = new AppendError(error.code, error.message, { outcome, retriable: false, cause: error })
    this.#settle(head, (entry) => entry.reject(refusal))
  }

  #settle(head: Head, answer: (entry: LaneEntry, index: number) => void): void {
    const entries = head.entries
    head.entries = []
    for (const [index, entry] of entries.entries()) {
      this.#around.left(entry)
      if (!entry.answered) answer(entry, index)
    }
  }

  async #rest(milliseconds: number): Promise<void> {
    if (this.#ended) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = undefined
  }
}

const notWritten = { outcome: 'not-written', retriable: true } as const
const unknown = { outcome: 'unknown', retriable: true } as const

function asAppendError(error: unknown): AppendError {
  if (error instanceof AppendError) return error
  // An adapter that throws anything else has a bug; nothing is known of the records then.
  return new AppendError('append-failed', 'the writer failed unexpectedly', { ...unknown, cause: error })
}
