import { nameOfPartition, type IncomingBatch } from '@samspill/kafka'
import type { Position, RunningReader, TopicPartition } from '@samspill/kafka'
import { markStopped } from '@samspill/postgres'
import { judgeOfProbe } from '../parking/judges.ts'
import { reasonOf } from '../parking/reason-of-failure.ts'
import { retryPause } from '../retry-pause.ts'
import type { ServiceMetrics } from '../service-metrics.ts'
import type { GroupCommits } from './group-commits.ts'
import { KeysSeen, reportSecondKeys } from './keys-seen.ts'
import { PositionBehind, type LookBack, type PartitionBatch } from './partition-batch.ts'
import { planStep, upcomingStep, type Step, type StepSurroundings, type UpcomingStep } from './partition-step.ts'
import type { SubscribedStream } from './planned-record.ts'
import { reportParked } from './report-parked.ts'
import { serviceFailing, settleBatch, type Settled, type SettleSurroundings } from './settle-batch.ts'
import type { StandingPartitions } from './standing-partitions.ts'
import type { Turns } from './turns.ts'
import { waitingSince } from './waiting-since.ts'

/** What the partitions of one service are worked through with. */
export interface PartitionSurroundings extends SettleSurroundings, StepSurroundings {
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly metrics: ServiceMetrics
  readonly commits: Pick<GroupCommits, 'note' | 'forget'>
  /** Where partitions are known that wait for a person. */
  readonly standing: Pick<StandingPartitions, 'stand' | 'forget'>
  /** Transactions at once. More than there are connections would fail for want of one, not for what they do. */
  readonly turns: Turns
  /** Tells the relay that rows wait in the outbox. */
  wakeRelay(): void
}

type Reader = Pick<RunningReader, 'pause' | 'resume' | 'seek'>

/** A step, and what came of it. */
interface Taken {
  readonly step: Step
  readonly settled: Settled<PartitionBatch>
}

const firstRetryMilliseconds = 500
const longestRetryMilliseconds = 30_000

/**
 * Works through the partitions of one service: in order within a partition, side by side between them. What cannot be
 * handled is parked with its key. A partition stops where nothing of it can be handled or parked (the database is away,
 * bytes hide even the keys), and is tried again with growing delay; it pauses while its stream's breaker is open.
 */
export class PartitionWork {
  readonly #surroundings: PartitionSurroundings
  readonly #reader: Promise<Reader>
  readonly #retries = new Map<string, { readonly attempts: number; readonly timer: NodeJS.Timeout }>()
  /** Partitions that wait for their stream's breaker, by name. */
  readonly #held = new Map<string, TopicPartition>()
  readonly #keys = new KeysSeen()
  /** By topic. */
  readonly #lookBacks = new Map<string, LookBack>()
  #stopping = false

  constructor(surroundings: PartitionSurroundings, reader: Promise<Reader>) {
    this.#surroundings = surroundings
    this.#reader = reader
  }

  /** Handles what was delivered as far as it goes. Resolves when all of it has committed, or the partition is stopped. */
  async handle(delivery: IncomingBatch): Promise<void> {
    const { topic, partition } = delivery.assignment
    const { breakers, metrics } = this.#surroundings
    const stream = this.#subscribed(topic).stream.name
    metrics.waiting(topic, partition, delivery.records[0]?.timestamp)
    let begins = delivery.offset
    for (let from = delivery.records[0]?.offset; from !== undefined;) {
      const upcoming = await upcomingStep(delivery, from, this.#subscribed(topic), this.#surroundings)
      if (upcoming === undefined) {
        await this.#hold(delivery, begins)
        return
      }
      const taken = await this.#take(upcoming, delivery, begins)
      if (taken === undefined) {
        if (upcoming.probing) breakers.endProbe(stream, 'partitions', judgeOfProbe(0))
        await this.#handBack(delivery, begins)
        return
      }
      const { step, settled } = taken
      const closed = step.probe === undefined || breakers.endProbe(stream, 'partitions', step.probe)
      if (step.probe !== undefined && closed) this.resume()
      const next = settled.last?.next ?? (step.batch.records.length === 0 ? step.batch.next : begins)
      const done = step.batch.records.filter(({ offset }) => offset < next)
      reportSecondKeys(this.#keys, topic, done, this.#surroundings)
      reportParked(this.#surroundings.log, settled)
      metrics.settled(topic, settled, done)
      metrics.waiting(topic, partition, waitingSince(delivery, next))
      const failure = settled.failure ?? step.blocked?.error
      if (failure instanceof PositionBehind) {
        await this.#handBack(delivery, failure.position)
        this.#surroundings.log.error('records would have been skipped', { topic, partition, error: failure })
        return
      }
      if (failure !== undefined && breakers.isOpen(stream)) {
        await this.#hold(delivery, next)
        return
      }
      if (failure !== undefined) {
        await this.#stop(delivery, next, failure)
        return
      }
      this.#forgetRetries(delivery.assignment)
      begins = next
      from = delivery.records.find(({ offset }) => offset >= next)?.offset
    }
  }

  /** Lets partitions go on whose stream's breaker is closed, or due for a probe. */
  resume(): void {
    if (this.#held.size === 0 || this.#stopping) return
    const { breakers, now } = this.#surroundings
    const due = new Set(breakers.due(now()))
    for (const [name, held] of this.#held) {
      const stream = this.#subscribed(held.topic).stream.name
      if (breakers.isOpen(stream) && !due.has(stream)) continue
      this.#held.delete(name)
      void this.#reader.then((reader) => reader.resume([held]))
    }
  }

  /** Lets a partition go on that stood still, where a person has moved it. */
  goOn(position: Position): void {
    this.#forgetRetries(position)
    this.#surroundings.metrics.stopped(position.topic, position.partition, false)
    void this.#reader.then((reader) => {
      reader.seek(position)
      reader.resume([position])
    })
  }

  /** Starts no new batch; those that run finish. */
  stop(): void {
    this.#stopping = true
    for (const { timer } of this.#retries.values()) clearTimeout(timer)
    this.#retries.clear()
  }

  /** Forgets a partition that was taken away. */
  forget({ topic, partition }: TopicPartition): void {
    this.#held.delete(nameOfPartition({ topic, partition }))
    this.#surroundings.commits.forget({ topic, partition })
    this.#surroundings.standing.forget({ topic, partition })
    this.#forgetRetries({ topic, partition })
    this.#surroundings.metrics.forget(topic, partition)
  }

  /**
   * Events are decoded when it is their turn: those of batches that wait would be garbage that has grown old. Undefined
   * where nothing was begun: the process stops, or the partition is another's by now.
   */
  async #take(upcoming: UpcomingStep, delivery: IncomingBatch, begins: bigint): Promise<Taken | undefined> {
    return await this.#surroundings.turns.take(async () => {
      if (this.#stopping || delivery.isStale()) return undefined
      const place = { begins, lookBack: this.#lookBack(delivery.assignment.topic) }
      const step = planStep(upcoming, place, this.#surroundings)
      return { step, settled: await this.#settle(step) }
    })
  }

  #lookBack(topic: string): LookBack {
    const known = this.#lookBacks.get(topic) ?? { someParked: false, someWaited: false }
    this.#lookBacks.set(topic, known)
    return known
  }

  #subscribed(topic: string): SubscribedStream {
    const subscribed = this.#surroundings.streams.get(topic)
    if (subscribed === undefined) throw new TypeError(`no subscription reads the topic ${topic}`)
    return subscribed
  }

  async #settle({ batch, judge }: Step): Promise<Settled<PartitionBatch>> {
    if (batch.records.length === 0) return { results: [], last: undefined, errors: new Map() }
    const settled = await settleBatch(batch, this.#surroundings, judge)
    if (settled.results.some((result) => result.returned > 0)) this.#surroundings.wakeRelay()
    if (settled.last !== undefined) {
      this.#surroundings.commits.note({ topic: batch.topic, partition: batch.partition, offset: settled.last.next })
    }
    return settled
  }

  async #stop(delivery: IncomingBatch, offset: bigint, error: unknown): Promise<void> {
    const { topic, partition } = delivery.assignment
    const { log, metrics, standing } = this.#surroundings
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
    // Only a person can give a damaged batch up.
    if (code === 'record-damaged') standing.stand({ topic, partition, offset, code, reason: sentence })
    else await this.#noteStop({ topic, partition }, offset, error)
  }

  /** For `samspill status`; it goes when the position moves. */
  async #noteStop(at: TopicPartition, offset: bigint, error: unknown): Promise<void> {
    const { log, database } = this.#surroundings
    const { code, sentence } = reasonOf(error)
    try {
      await markStopped(database, at, { offset, code, reason: sentence })
    } catch (failure) {
      log.warn('that the partition is stopped stands in this log only', { ...at, error: failure })
    }
  }

  /** The stream's breaker is open: the partition waits at its position until a probe has succeeded. */
  async #hold(delivery: IncomingBatch, offset: bigint): Promise<void> {
    const { topic, partition } = delivery.assignment
    const reader = await this.#handBack(delivery, offset)
    if (reader === undefined || this.#stopping) return
    reader.pause([{ topic, partition }])
    this.#held.set(nameOfPartition(delivery.assignment), { topic, partition })
    await this.#noteStop({ topic, partition }, offset, serviceFailing())
    // It may have been closed while this one was on its way here.
    this.resume()
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
    this.#surroundings.standing.forget(partition)
    clearTimeout(retry.timer)
    this.#retries.delete(nameOfPartition(partition))
    this.#surroundings.metrics.stopped(partition.topic, partition.partition, false)
  }
}
