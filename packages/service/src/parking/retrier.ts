import type { EventDecoder } from '@samspill/avro'
import { dueRecords, giveUpUnread, wakeForgotten, type Glance } from '@samspill/postgres'
import type { Glances } from '../glances.ts'
import type { SubscribedStream } from '../reading/planned-record.ts'
import { reportParked } from '../reading/report-parked.ts'
import { settleBatch, type Judge, type Settled, type SettleSurroundings } from '../reading/settle-batch.ts'
import type { Turns } from '../reading/turns.ts'
import type { ServiceMetrics } from '../service-metrics.ts'
import type { Breakers } from './breakers.ts'
import { judgeOfProbe, judgeOfRetries, subjectOf } from './judges.ts'
import { ParkedBatch, planParked } from './parked-batch.ts'

/** What parked events are tried again with. */
export interface RetrierOptions extends SettleSurroundings {
  /** By the stream's name. */
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly decoder: EventDecoder
  readonly metrics: ServiceMetrics
  readonly breakers: Breakers
  readonly glances: Pick<Glances, 'within'>
  /** Shared with the partitions: there are only so many connections. */
  readonly turns: Turns
  /** Lets the partitions of streams go on whose breaker is due for a probe, or closed. */
  resumePartitions(): void
  /** Tells the relay that rows wait in the outbox. */
  wakeRelay(): void
}

/** Between looks for what is due: the least, while something is or soon will be, and the most. */
const shortestLook = 400
const longestLook = 1_000
/** What nobody has taken for so long is of no stream that another process handles, also where a newer one has just come. */
const longestDue = 5 * 60_000
/** What is read of the due at once. A key's line goes on at once, in the next batch. */
const bounds = { mostKeys: 64, mostPerKey: 16, mostBytes: 8 * 1024 * 1024 }
const probeBounds = { ...bounds, mostKeys: 10, mostPerKey: 1 }

/**
 * Tries parked events again when they are due, in order per key, by the same way as events that are read: in batches, with
 * inbox, handlers and outbox in one transaction, under the same locks. Every process of the service does; no two take the
 * same key. It needs no brokers.
 */
export class Retrier implements AsyncDisposable {
  readonly #options: RetrierOptions
  readonly #stopping = new AbortController()
  readonly #running: Promise<void>

  constructor(options: RetrierOptions) {
    this.#options = options
    this.#running = this.#run()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, random, glances } = this.#options
    const { signal } = this.#stopping
    let healed = false
    let failing = false
    for (let pause = 0; !signal.aborted;) {
      try {
        if (!healed) await this.#heal()
        healed = true
        const seen = await glances.within(pause, signal)
        if (seen !== undefined) pause = await this.#round(seen)
        failing = false
      } catch (error) {
        if (!failing) log.warn('parked events cannot be tried again now', { error })
        failing = true
        pause = shortestLook
      }
      // Not at the same time as the service's other processes.
      pause *= 0.75 + random() / 2
    }
  }

  async #heal(): Promise<void> {
    const { database, log, now } = this.#options
    const count = await wakeForgotten(database, now())
    if (count > 0) log.warn('parked events stood first of their key and were not due', { count })
  }

  /** Does what the look has shown to be due. Says for how many milliseconds there is nothing more to look for. */
  async #round({ nextRetryAt, openBreakers }: Glance): Promise<number> {
    const { breakers, streams, now } = this.#options
    breakers.adopt(openBreakers, streams.keys())
    await breakers.announce()
    this.#options.resumePartitions()
    if (nextRetryAt === undefined || nextRetryAt > now()) return this.#restUntil(nextRetryAt)
    for (const stream of breakers.due(now())) await this.#probe(stream)
    const judge = judgeOfRetries((stream) => breakers.isOpen(stream))
    const settled = await this.#retry(this.#closed(), bounds, () => judge)
    if (settled === undefined && nextRetryAt < now() - longestDue) await this.#giveUpUnread()
    const someMore = settled !== undefined && settled.last !== undefined && settled.failure === undefined
    return someMore ? 0 : shortestLook
  }

  async #giveUpUnread(): Promise<void> {
    const { database, streams, log, now } = this.#options
    const query = { streams: [...streams.keys()], dueBefore: now() - longestDue, now: now() }
    for (const { stream, count } of await giveUpUnread(database, query)) {
      log.error('events are dead letters: the service reads their stream no longer', {
        ...{ stream, count, code: 'stream-not-read' },
      })
    }
  }

  #restUntil(nextRetryAt: number | undefined): number {
    const { streams, now } = this.#options
    if (this.#closed().length < streams.size) return shortestLook
    return Math.max(shortestLook, Math.min(longestLook, (nextRetryAt ?? Infinity) - now()))
  }

  /** The streams that are handled. */
  #closed(): string[] {
    const { breakers, streams } = this.#options
    return [...streams.keys()].filter((stream) => !breakers.isOpen(stream))
  }

  async #probe(stream: string): Promise<void> {
    const { breakers } = this.#options
    if (!breakers.takeProbe(stream, 'parked')) return
    let judge = judgeOfProbe(0)
    try {
      await this.#retry([stream], probeBounds, (batch) => {
        judge = judgeOfProbe(new Set(batch.records.map(subjectOf)).size)
        return judge
      })
    } finally {
      breakers.endProbe(stream, 'parked', judge)
    }
  }

  /** Undefined where nothing was due. */
  async #retry(
    streams: readonly string[],
    limits: typeof bounds,
    judgeOf: (batch: ParkedBatch) => Judge,
  ): Promise<Settled | undefined> {
    const { database, decoder, log, metrics, turns, now, wakeRelay } = this.#options
    const due = await dueRecords(database, { streams, now: now(), ...limits })
    if (due.length === 0) return undefined
    const batch = new ParkedBatch(await planParked(due, this.#options.streams, decoder), now)
    const settled = await turns.take(async () =>
      this.#stopping.signal.aborted ? undefined : await settleBatch(batch, this.#options, judgeOf(batch)),
    )
    if (settled === undefined) return undefined
    metrics.retried(settled)
    reportParked(log, settled)
    if (settled.results.some(({ returned }) => returned > 0)) wakeRelay()
    if (settled.failure !== undefined) log.debug('parked events were left as they are', { error: settled.failure })
    return settled
  }
}
