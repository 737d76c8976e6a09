import { glance, type Database, type Glance } from '@samspill/postgres'

/** What glances are taken with. */
export interface GlancesOptions {
  readonly database: Pick<Database, 'query'>
  readonly now: () => number
}

/** Parked events that are due later than this are of no interest yet. */
const horizonMilliseconds = 5_000

/**
 * The looks of one process at what waits in its service's schema. All who wait for one are shown the same: a process
 * without work asks one question now and then, however many wait for the answer.
 */
export class Glances implements Disposable {
  readonly #options: GlancesOptions
  #next:
    | { readonly at: number; readonly timer: NodeJS.Timeout; readonly look: PromiseWithResolvers<Glance> }
    | undefined

  constructor(options: GlancesOptions) {
    this.#options = options
  }

  /**
   * Takes a look within so many milliseconds, and no sooner than it is asked. Undefined where the signal aborts first;
   * rejects with what the database answers.
   */
  async within(milliseconds: number, signal: AbortSignal): Promise<Glance | undefined> {
    if (signal.aborted) return undefined
    const aborted = Promise.withResolvers<undefined>()
    const abort = (): void => aborted.resolve(undefined)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([this.#lookWithin(milliseconds), aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#next?.timer)
  }

  #lookWithin(milliseconds: number): Promise<Glance> {
    const at = performance.now() + milliseconds
    const next = this.#next
    if (next !== undefined && next.at <= at) return next.look.promise
    clearTimeout(next?.timer)
    const look = next?.look ?? Promise.withResolvers<Glance>()
    const timer = setTimeout(() => this.#take(look), milliseconds)
    this.#next = { at, timer, look }
    return look.promise
  }

  #take(look: PromiseWithResolvers<Glance>): void {
    this.#next = undefined
    const { database, now } = this.#options
    glance(database, now() + horizonMilliseconds).then(look.resolve, look.reject)
    // Whoever asked may have stopped meanwhile.
    look.promise.catch(() => undefined)
  }
}
