import type { EventDecoder } from '@samspill/avro'
import { nameOfPartition, type Assignment, type IncomingBatch, type IncomingRecord } from '@samspill/kafka'
import type { Position, RunningReader, TopicPartition } from '@samspill/kafka'
import { markStopped } from '@samspill/postgres'
import { retryPause } from '../retry-pause.ts'
import type { ServiceMetrics } from '../service-metrics.ts'
import type { Batch, BatchSurroundings } from './handle-batch.ts'
import { KeysSeen } from './keys-seen.ts'
import { planRecords, type PlannedRecord, type SubscribedStream } from './planned-record.ts'
import { reasonOf, settleBatch, type Settled } from './settle-batch.ts'
import { Turns } from './turns.ts'

/** What the partitions of one service are worked through with. */
export interface PartitionSurroundings extends BatchSurroundings {
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly decoder: EventDecoder
  readonly metrics: ServiceMetrics
  /** Events per transaction. */
  readonly batchSize: number
  /** Transactions at once. More than there are connections would fail for want of one, not for what they do. */
  readonly batchesAtOnce: number
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number
  /** Tells the relay that rows wait in the outbox. */
  wakeRelay(): void
}

type Reader = Pick<RunningReader, 'commit' | 'pause' | 'resume' | 'seek'>
type Unblocked = Exclude<PlannedRecord, { kind: 'blocked' }>

const firstRetryMilliseconds = 500
const longestRetryMilliseconds = 30_000

/**
 * Works through the partitions of one service: in order within a partition, side by side between them. A failing event
 * or an unreadable record stops its partition and nothing else; it is tried again with growing delay until it succeeds.
 */
export class PartitionWork {
  readonly #surroundings: PartitionSurroundings
  readonly #reader: Promise<Reader>
  readonly #retries = new Map<string, { readonly attempts: number; readonly timer: NodeJS.Timeout }>()
  readonly #keys = new KeysSeen()
  readonly #turns: Turns
  #stopping = false

  constructor(surroundings: PartitionSurroundings, reader: Promise<Reader>) {
    this.#surroundings = surroundings
    this.#turns = new Turns(surroundings.batchesAtOnce)
    this.#reader = reader
  }

  /** Handles what was delivered as far as it goes. Resolves when all of it has committed, or the partition is stopped. */
  async handle(delivery: IncomingBatch): Promise<void> {
    const { topic, partition } = delivery.assignment
    const { batchSize, metrics } = this.#surroundings
    metrics.waiting(topic, partition, delivery.records[0]?.timestamp)
    for (let from = 0; from < delivery.records.length; from += batchSize) {
      const records = delivery.records.slice(from, from + batchSize)
      const after = delivery.records[from + batchSize]?.offset ?? delivery.nextOffset
      const planned = await this.#plan(records, delivery.assignment)
      const blocked = planned.find((record) => record.kind === 'blocked')
      const handled = planned.slice(0, blocked === undefined ? undefined : planned.indexOf(blocked)) as Unblocked[]
      const batch = { topic, partition, records: handled, next: blocked?.offset ?? after }
      const settled = await this.#settle(batch, delivery)
      if (settled === undefined) {
        await this.#handBack(delivery, records[0]?.offset ?? after)
        return
      }
      this.#reportSecondKeys(topic, handled)
      metrics.settled(topic, settled, handled)
      metrics.waiting(topic, partition, waitingSince(delivery, settled.next))
      const failure = settled.failure ?? blocked?.error
      if (failure !== undefined) {
        await this.#stop(delivery, settled.next, failure)
        return
      }
      this.#forgetRetries(delivery.assignment)
    }
  }

  /** Starts no new batch; those that run finish. */
  stop(): void {
    this.#stopping = true
    for (const { timer } of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
  }

  /** Forgets a partition that was taken away. */
  forget({ topic, partition }: TopicPartition): void {
    this.#forgetRetries({ topic, partition })
    this.#surroundings.metrics.forget(topic, partition)
  }

  async #plan(records: readonly IncomingRecord[], { topic, partition }: Assignment): Promise<PlannedRecord[]> {
    const subscribed = this.#surroundings.streams.get(topic)
    if (subscribed === undefined) throw new TypeError(`no subscription reads the topic ${topic}`)
    return await planRecords(records, { topic, partition, subscribed }, this.#surroundings.decoder)
  }

  #reportSecondKeys(topic: string, records: readonly PlannedRecord[]): void {
    for (const record of records) {
      if (record.kind !== 'event' || !this.#keys.isSecondKey(topic, record.subject, record.event.subjectKey)) continue
      this.#surroundings.metrics.secondKey(topic)
      this.#surroundings.log.warn('a subject comes under two keys: its order is lost; a new key needs a new stream', {
        stream: topic,
        eventId: record.event.id,
        eventSource: record.event.source,
      })
    }
  }

  /** Undefined where nothing was begun: the process stops, or the partition is another's by now. */
  async #settle(batch: Batch, delivery: IncomingBatch): Promise<Settled | undefined> {
    if (batch.records.length === 0) return { next: batch.next, results: [] }
    const settled = await this.#turns.take(async () =>
      this.#stopping || delivery.isStale() ? undefined : await settleBatch(batch, this.#surroundings),
    )
    if (settled === undefined) return undefined
    if (settled.results.some((result) => result.returned > 0)) this.#surroundings.wakeRelay()
    if (settled.results.length > 0) {
      await this.#commit({ topic: batch.topic, partition: batch.partition, offset: settled.next })
    }
    return settled
  }

  /** Kafka's own commit is for the lag tools: the position that counts has committed with the batch. */
  async #commit(position: Position): Promise<void> {
    const reader = await this.#reader
    try {
      await reader.commit([position])
    } catch (error) {
      const { topic, partition, offset } = position
      this.#surroundings.log.debug('the group did not take the commit', { topic, partition, offset, error })
    }
  }

  async #stop(delivery: IncomingBatch, offset: bigint, error: unknown): Promise<void> {
    const { topic, partition } = delivery.assignment
    const { log, database, metrics } = this.#surroundings
    const { code, sentence } = reasonOf(error)
    const attempt = (this.#retries.get(nameOfPartition(delivery.assignment))?.attempts ?? 0) + 1
    const milliseconds = this.#delay(attempt, error)
    const reader = await this.#handBack(delivery, offset)
    // Taken away while it was handled: where it stands now is for its new owner to say.
    if (reader === undefined) return
    log.warn('the partition is stopped, and tried again', {
      topic,
      partition,
      offset,
      code,
      error,
      attempt,
      milliseconds,
    })
    metrics.stopped(topic, partition, true)
    // A process that stops leaves the next attempt to whoever reads the partition next.
    if (!this.#stopping) {
      reader.pause([{ topic, partition }])
      const timer = setTimeout(() => reader.resume([{ topic, partition }]), milliseconds)
      this.#retries.set(nameOfPartition(delivery.assignment), { attempts: attempt, timer })
    }
    try {
      await markStopped(database, { topic, partition }, { offset, code, reason: sentence })
    } catch (failure) {
      log.warn('that the partition is stopped stands in this log only', { topic, partition, error: failure })
    }
  }

  /**
   * Tells the reader that the rest of a delivery is not handled: it must neither be committed nor be passed over.
   * Gives the reader, or undefined where the partition is no longer the delivery's to steer.
   */
  async #handBack({ assignment, isStale }: IncomingBatch, offset: bigint): Promise<Reader | undefined> {
    const { topic, partition } = assignment
    const reader = await this.#reader
    if (isStale()) return undefined
    reader.seek({ topic, partition, offset })
    return reader
  }

  #delay(attempts: number, error: unknown): number {
    const grown = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** (attempts - 1))
    return retryPause(error, Math.round(grown * (0.5 + this.#surroundings.random() / 2)))
  }

  #forgetRetries(partition: TopicPartition): void {
    const retry = this.#retries.get(nameOfPartition(partition))
    if (retry === undefined) return
    clearTimeout(retry.timer)
    this.#retries.delete(nameOfPartition(partition))
    this.#surroundings.metrics.stopped(partition.topic, partition.partition, false)
  }
}

/** When the oldest record that is not handled yet was written: its own time, or that of the last one known before it. */
function waitingSince({ records, highWatermark }: IncomingBatch, next: bigint): number | undefined {
  if (next >= highWatermark) return undefined
  return (records.find(({ offset }) => offset >= next) ?? records.at(-1))?.timestamp
}
