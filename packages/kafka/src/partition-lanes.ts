import { HubError } from '@samspill/contracts'
import { AppendError } from './append-error.ts'
import { Deadlines } from './deadlines.ts'
import { LaneEntry, type LaneRecord, type SendWaiter } from './lane-entry.ts'
import { Lane, type LaneSurroundings } from './lane.ts'
import type { Acknowledgement, Lanes, LanesOptions, SendOptions } from './lanes.ts'
import type { PartitionWriter } from './partition-writer.ts'
import { partitionOf } from './partitioner.ts'
import { batchOverhead, mostBatchBytes, sizeOfRecord } from './record-size.ts'
import { SignalWatch } from './signal-watch.ts'
import type { TopicPartition } from './topic-partition.ts'
import { WriterRebuild } from './writer-rebuild.ts'

interface Topic {
  /** Known once the broker was asked; until then records wait in the order they came. */
  partitions: number | undefined
  waiting: LaneEntry[]
  /** By partition; made when the first record comes. */
  readonly lanes: Lane[]
}

export class PartitionLanes implements Lanes {
  lastAcknowledgedAt = 0
  readonly #options: Required<LanesOptions>
  readonly #writer: PartitionWriter
  readonly #rebuild: WriterRebuild
  readonly #surroundings: LaneSurroundings
  readonly #topics = new Map<string, Topic>()
  readonly #lanes: Lane[] = []
  readonly #signals = new SignalWatch((entry) => this.#giveUp(entry, 'send-aborted', 'the send was aborted'))
  readonly #deadlines: Deadlines
  #records = 0
  #bytes = 0
  #closing = false
  #emptied: (() => void) | undefined

  constructor(writer: PartitionWriter, options: LanesOptions) {
    const settings = { ...defaults, ...options }
    this.#options = settings
    this.#writer = writer
    this.#rebuild = new WriterRebuild(writer)
    this.#deadlines = new Deadlines(settings.now, (entry) =>
      this.#giveUp(entry, 'deadline-passed', 'the deadline passed'),
    )
    this.#surroundings = {
      writer,
      maxBatchRecords: settings.maxBatchRecords,
      maxBatchBytes: settings.maxBatchBytes,
      appendTimeoutMilliseconds: settings.appendTimeoutMilliseconds,
      backoff: (failures) => this.#backoff(failures),
      writerReady: () => this.#rebuild.ready(),
      rebuildWriter: (generation) => this.#rebuild.request(generation),
      writerGeneration: () => this.#rebuild.generation,
      now: settings.now,
      stuckAfterMilliseconds: settings.stuckAfterMilliseconds,
      acknowledged: () => {
        this.lastAcknowledgedAt = settings.now()
      },
      left: (entry) => this.#left(entry),
      failed: (to, error, failures) => this.#tell(to, error, failures),
    }
  }

  get queued(): { records: number; bytes: number } {
    return { records: this.#records, bytes: this.#bytes }
  }

  stuck(): readonly TopicPartition[] {
    return this.#lanes.filter((lane) => lane.stuck).map((lane) => lane.to)
  }

  send(record: LaneRecord, options: SendOptions = {}): Promise<Acknowledgement> {
    return new Promise((resolve, reject) => {
      this.offer(record, options, { acknowledged: resolve, refused: reject })
    })
  }

  offer(record: LaneRecord, options: SendOptions, waiter: SendWaiter): void {
    const size = sizeOfRecord(record)
    const refusal = this.#refusal(size, options)
    if (refusal) {
      waiter.refused(refusal)
      return
    }
    this.#records += 1
    this.#bytes += size
    const entry = new LaneEntry(record, size, waiter)
    if (options.deadline !== undefined) this.#deadlines.watch(entry, options.deadline)
    if (options.signal !== undefined) entry.release = this.#signals.watch(entry, options.signal)
    this.#enter(entry)
  }

  #refusal(size: number, options: SendOptions): AppendError | undefined {
    const { maxRecords, maxBytes, maxBatchBytes } = this.#options
    const refuse = (code: string, message: string, retriable: boolean): AppendError =>
      new AppendError(code, message, { outcome: 'not-written', retriable })
    if (this.#closing) return refuse('lanes-closed', 'the process is stopping and sends nothing more', true)
    if (size + batchOverhead > maxBatchBytes) {
      const most = maxBatchBytes - batchOverhead
      return refuse('record-too-large', `the record takes ${size} bytes and at most ${most} can be sent`, false)
    }
    if (this.#records >= maxRecords || this.#bytes + size > maxBytes) {
      return refuse('lanes-full', 'too many records wait to be sent: send again when some are acknowledged', true)
    }
    if (options.signal?.aborted) return refuse('send-aborted', 'the send was aborted; the record was not written', true)
    if (options.deadline !== undefined && options.deadline <= this.#options.now()) {
      return refuse('deadline-passed', 'the deadline had passed already; the record was not written', true)
    }
    return undefined
  }

  #giveUp(entry: LaneEntry, code: string, reason: string): void {
    if (entry.answered) return
    const { record } = entry
    const topic = this.#topics.get(record.topic)
    if (topic?.partitions !== undefined) {
      this.#lane(record, topic.partitions, topic.lanes).giveUp(entry, code, reason)
      return
    }
    if (topic) topic.waiting = topic.waiting.filter((each) => each !== entry)
    this.#left(entry)
    entry.reject(
      new AppendError(code, `${reason}; the record was not written`, { outcome: 'not-written', retriable: true }),
    )
  }

  #enter(entry: LaneEntry): void {
    const { record } = entry
    const topic = this.#topics.get(record.topic)
    if (topic?.partitions !== undefined) {
      this.#lane(record, topic.partitions, topic.lanes).add(entry)
    } else if (topic) {
      topic.waiting.push(entry)
    } else {
      const opened: Topic = { partitions: undefined, waiting: [entry], lanes: [] }
      this.#topics.set(record.topic, opened)
      void this.#open(record.topic, opened)
    }
  }

  /** Learns how many partitions a topic has, and lets the records in that waited for it. */
  async #open(name: string, topic: Topic): Promise<void> {
    for (let failures = 1; topic.waiting.length > 0; failures += 1) {
      try {
        const partitions = await this.#writer.partitionCount(name)
        topic.partitions = partitions
        for (const entry of topic.waiting.splice(0)) this.#lane(entry.record, partitions, topic.lanes).add(entry)
        return
      } catch (error) {
        const refusal = asRefusal(error)
        this.#options.log.warn('the partitions of a topic are not known yet', { topic: name, error })
        if (!refusal.retriable) {
          for (const entry of topic.waiting.splice(0)) {
            this.#left(entry)
            entry.reject(refusal)
          }
        } else {
          await new Promise((resolve) => setTimeout(resolve, this.#backoff(failures)))
        }
      }
    }
    this.#topics.delete(name)
  }

  #lane(record: LaneRecord, partitions: number, lanes: Lane[]): Lane {
    const partition = partitionOf(record.key, partitions)
    const known = lanes[partition]
    if (known !== undefined) return known
    const lane = new Lane({ topic: record.topic, partition }, this.#surroundings)
    lanes[partition] = lane
    this.#lanes.push(lane)
    return lane
  }

  #backoff(failures: number): number {
    const { backoffMilliseconds, maxBackoffMilliseconds, random } = this.#options
    const full = Math.min(backoffMilliseconds * 2 ** Math.min(failures - 1, 20), maxBackoffMilliseconds)
    return full * (0.75 + random() / 2)
  }

  #left(entry: LaneEntry): void {
    this.#records -= 1
    this.#bytes -= entry.size
    if (this.#records === 0) this.#emptied?.()
  }

  #tell(to: TopicPartition, error: AppendError, attempt: number): void {
    const fields = { ...to, error, attempt, outcome: error.outcome }
    // Less and less often while a broker is away for long: at 1, 2, 4, 8 … attempts.
    if (Number.isInteger(Math.log2(attempt))) this.#options.log.warn('records could not be appended', fields)
    else this.#options.log.debug('records could not be appended', fields)
  }

  async close({ drainMilliseconds }: { drainMilliseconds: number }): Promise<void> {
    this.#closing = true
    if (this.#records > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMilliseconds)
        this.#emptied = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    const reason = 'the process stopped before the brokers answered'
    for (const lane of this.#lanes) lane.end('lanes-closed', reason)
    for (const topic of this.#topics.values()) {
      for (const entry of [...topic.waiting]) {
        this.#giveUp(entry, 'lanes-closed', reason)
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close({ drainMilliseconds: 10_000 })
  }
}

const defaults = {
  maxRecords: 20_000,
  maxBytes: 64 * 1024 * 1024,
  maxBatchRecords: 1000,
  maxBatchBytes: mostBatchBytes,
  appendTimeoutMilliseconds: 30_000,
  backoffMilliseconds: 100,
  maxBackoffMilliseconds: 2000,
  stuckAfterMilliseconds: 5000,
  now: () => Date.now(),
  random: Math.random,
}

function asRefusal(error: unknown): AppendError {
  if (error instanceof AppendError) return error
  const code = error instanceof HubError ? error.code : 'append-failed'
  return new AppendError(code, 'the topic could not be looked up', {
    outcome: 'not-written',
    retriable: true,
    cause: error,
  })
}
