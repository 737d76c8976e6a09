import type { Database } from './database.ts'
import type { Log } from './log.ts'

/** What a vacuum of the outbox came to; `nothing-freed` where most of the deleted rows are still in the way after it. */
export type VacuumOutcome = 'freed' | 'nothing-freed' | 'failed'

/** When the outbox is vacuumed. */
export interface VacuumLimits {
  /** After rows of so many bytes were deleted. */
  readonly afterBytes: number
  /** At least so long after the end of the last vacuum, in milliseconds, and four times as long as that one took. */
  readonly restMilliseconds: number
}

export interface VacuumOptions {
  readonly database: Database
  readonly log: Log
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number
  readonly limits: VacuumLimits
  /** Told of each vacuum that ended by itself. */
  readonly onVacuum?: ((outcome: VacuumOutcome) => void) | undefined
}

export const vacuumLimits: VacuumLimits = { afterBytes: 64 * 1024 * 1024, restMilliseconds: 3_000 }

/** What a row takes besides value and headers: its other columns, its head, its entry in the index. */
const bytesBesides = 300
/** Vacuums in a row that were for nothing double what is deleted before the next one, so many times at most. */
const mostDoublings = 6

// Whoever holds the lock is autovacuum, or another relay: it does the same. Without truncation nobody who writes waits.
const vacuum = 'vacuum (skip_locked, truncate false, parallel 0) outbox'
const server = 'select pg_backend_pid() as pid'
const leftDead = `select pg_stat_get_dead_tuples('outbox'::regclass) as rows`

/**
 * Has the outbox vacuumed while the relay goes on, so that the space of rows that were deleted is used again:
 * autovacuum looks once a minute, in which time the table grows by all that passes through it. One vacuum at a time, on
 * a connection of its own; none is ever needed for what the outbox promises, so failures are told and outlived.
 */
export class OutboxVacuum implements AsyncDisposable {
  readonly #options: VacuumOptions
  #underWay: Promise<void> | undefined
  /** The process of the server that is vacuuming. */
  #pid: number | undefined
  #stopping = false
  #restUntil = 0
  #rows = 0
  #bytes = 0
  /** How many vacuums in a row were for nothing. */
  #fruitless = 0

  constructor(options: VacuumOptions) {
    this.#options = options
  }

  /** Notes rows that are deleted, and begins a vacuum where it is time for one; waits for nothing and never throws. */
  deleted(rows: readonly { readonly bytes: number }[]): void {
    for (const { bytes } of rows) this.#bytes += bytes + bytesBesides
    this.#rows += rows.length
    if (this.#stopping || this.#underWay !== undefined || this.#options.now() < this.#restUntil) return
    if (this.#bytes < this.#options.limits.afterBytes * 2 ** Math.min(this.#fruitless, mostDoublings)) return
    this.#underWay = this.#run(this.#rows)
    this.#rows = 0
    this.#bytes = 0
  }

  /** Cuts short the vacuum that is under way, and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    if (this.#pid !== undefined) {
      try {
        await this.#options.database.query('select pg_cancel_backend($1)', [this.#pid])
      } catch (error) {
        this.#options.log.debug('a vacuum of the outbox could not be cut short', { error })
      }
    }
    await this.#underWay
  }

  async #run(deletedRows: number): Promise<void> {
    const { now, log } = this.#options
    const began = now()
    try {
      const left = await this.#vacuum()
      if (left === undefined) return
      if (left * 2 < deletedRows) {
        this.#ended('freed')
        return
      }
      this.#ended('nothing-freed')
      // Once may be chance: autovacuum was at it, or the figures were behind.
      if (this.#fruitless === 2) {
        log.warn(
          'vacuum frees no space in the outbox: a transaction that stays open holds deleted rows back, or the relay does not own the table',
          { count: left },
        )
      }
    } catch (error) {
      if (this.#stopping) return
      this.#ended('failed')
      log.warn('the outbox could not be vacuumed; it grows until a later vacuum succeeds', { error })
    } finally {
      const end = now()
      this.#restUntil = end + Math.max(this.#options.limits.restMilliseconds, 4 * (end - began))
      this.#underWay = undefined
    }
  }

  #ended(outcome: VacuumOutcome): void {
    this.#fruitless = outcome === 'freed' ? 0 : this.#fruitless + 1
    this.#options.onVacuum?.(outcome)
  }

  /** How many deleted rows are still in the way afterwards; undefined where it was stopped before it began. */
  async #vacuum(): Promise<number | undefined> {
    await using session = await this.#options.database.session()
    const [own] = (await session.query<{ pid: number }>(server)).rows
    if (this.#stopping) return undefined
    this.#pid = own?.pid
    try {
      await session.query(vacuum)
    } finally {
      this.#pid = undefined
    }
    const [dead] = (await session.query<{ rows: number }>(leftDead)).rows
    return dead?.rows ?? 0
  }
}
