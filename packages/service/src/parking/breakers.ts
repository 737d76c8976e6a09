import type { NotReadyReason } from '@samspill/http'
import { closeBreaker, openBreaker, type Database } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'
import type { ServiceMetrics } from '../service-metrics.ts'
import { Breaker, type ProbeSource } from './breaker.ts'
import type { ProbeJudge, Watcher } from './judges.ts'
import { reasonOf } from './reason-of-failure.ts'

/** What the breakers of a service work with. */
export interface BreakersOptions {
  readonly database: Database
  readonly log: Log
  readonly metrics: Pick<ServiceMetrics, 'breakerOpen'>
  readonly now: () => number
  readonly random: () => number
}

interface Kept {
  readonly breaker: Breaker
  /** Of the failure that opened it. */
  code: string
  reason: string
  /** True where another process of the service has found it, and this one takes its word. */
  adopted: boolean
}

/**
 * The breakers of one service, one per stream. What one process finds stands in the service's schema, so that another,
 * which reads nothing of the stream, does not use up the attempts of its parked events meanwhile.
 */
export class Breakers {
  readonly #options: BreakersOptions
  readonly #kept = new Map<string, Kept>()
  readonly #toAnnounce = new Map<string, 'open' | 'closed'>()

  constructor(options: BreakersOptions) {
    this.#options = options
  }

  isOpen(stream: string): boolean {
    return this.#kept.get(stream)?.breaker.isOpen === true
  }

  /** Shows the stream's breaker what first attempts come to. */
  watcher(stream: string): Watcher {
    return {
      isOpen: () => this.isOpen(stream),
      observe: (outcomes, error) => {
        const kept = this.#of(stream)
        if (kept.breaker.observe(outcomes, this.#options.now())) this.#opened(stream, kept, error)
        return kept.breaker.isOpen
      },
    }
  }

  /** The streams that are to be probed now. */
  due(now: number): string[] {
    return Array.from(this.#kept).flatMap(([stream, { breaker }]) => (breaker.isDue(now) ? [stream] : []))
  }

  /** Takes the stream's probe, where it is time and nobody has it. */
  takeProbe(stream: string, source: ProbeSource): boolean {
    return this.#of(stream).breaker.takeProbe(source, this.#options.now())
  }

  /** Tells what a probe came to. True where the breaker is closed now. */
  endProbe(stream: string, source: ProbeSource, { verdict, asked }: ProbeJudge): boolean {
    const { breaker } = this.#of(stream)
    if (verdict === 'passed') this.#close(stream)
    else if (verdict === 'failed') breaker.probeFailed(source, this.#options.now(), asked)
    else breaker.giveBack(source)
    return !breaker.isOpen
  }

  /** Tells the other processes what has changed here. */
  async announce(): Promise<void> {
    const { database, now } = this.#options
    for (const [stream, change] of this.#toAnnounce) {
      if (change === 'closed') await closeBreaker(database, stream)
      else {
        const { breaker, code, reason } = this.#of(stream)
        await openBreaker(database, { stream, openedAt: new Date(breaker.openedAt ?? now()), code, reason })
      }
      if (this.#toAnnounce.get(stream) === change) this.#toAnnounce.delete(stream)
    }
  }

  /** Takes over what other processes have found: what stood there some time after the last `announce`. */
  adopt(open: ReadonlySet<string>, streams: Iterable<string>): void {
    const { log, metrics, now } = this.#options
    for (const stream of streams) {
      if (this.#toAnnounce.has(stream)) continue
      const kept = this.#kept.get(stream)
      if (open.has(stream) && kept?.breaker.isOpen !== true) {
        const own = this.#of(stream)
        own.breaker.open(now())
        own.adopted = true
        metrics.breakerOpen(stream, true)
        log.warn('another process has found that most subjects of the stream fail at once', { stream })
      } else if (!open.has(stream) && kept?.adopted === true && kept.breaker.isOpen) {
        kept.breaker.close()
        metrics.breakerOpen(stream, false)
      }
    }
  }

  /** Why the service does not do all of its work. */
  notReady(): readonly NotReadyReason[] {
    return Array.from(this.#kept).flatMap(([stream, { breaker, code }]) =>
      breaker.isOpen
        ? [
            {
              code: 'service-failing',
              message: `most subjects of ${stream} fail at once (${code}): nothing more is parked, a few events are tried now and then`,
            },
          ]
        : [],
    )
  }

  #of(stream: string): Kept {
    const known = this.#kept.get(stream)
    if (known !== undefined) return known
    const unknown = { code: 'handler-failed', reason: 'another process has found it', adopted: false }
    const made = { breaker: new Breaker(this.#options.random), ...unknown }
    this.#kept.set(stream, made)
    return made
  }

  #opened(stream: string, kept: Kept, error: unknown): void {
    const { log, metrics } = this.#options
    const { code, sentence } = reasonOf(error)
    Object.assign(kept, { code, reason: sentence, adopted: false })
    this.#toAnnounce.set(stream, 'open')
    metrics.breakerOpen(stream, true)
    log.error('most subjects of the stream fail at once: it is paused, and a few events are tried now and then', {
      stream,
      code,
      error,
    })
  }

  #close(stream: string): void {
    const { log, metrics } = this.#options
    const { breaker } = this.#of(stream)
    if (!breaker.isOpen) return
    breaker.close()
    this.#toAnnounce.set(stream, 'closed')
    metrics.breakerOpen(stream, false)
    log.info('most subjects of the stream succeed again: it goes on where it stood', { stream })
  }
}
