import { Bell } from './bell.ts'
import type { Database } from './database.ts'
import type { Log } from './log.ts'
import { OutboxVacuum, vacuumLimits, type VacuumLimits, type VacuumOutcome } from './outbox-vacuum.ts'
import type { TopicPartition } from './positions.ts'
import { relaySettings, type RelayRow } from './relay-store.ts'
import { RelayTerm } from './relay-term.ts'
import { listenForRows, RowNotice } from './row-notice.ts'
import type { Session } from './session.ts'

export interface RelayOptions {
  /** A database that was opened with the schema of the outbox. */
  readonly database: Database
  /**
   * Sends one row; resolves when the broker has acknowledged it. A rejection with `permanent: true` or
   * `retriable: false` says that the row can never be sent: it is parked with its subject's later rows. After any other
   * the row is tried again. It is not called for a subject while an earlier row of that subject is unanswered.
   * `signal` aborts when another process may take over: what has not gone out by then had better not.
   */
  send(row: RelayRow, signal: AbortSignal): Promise<unknown>
  /** The partitions on which sending has come to a stop: they are left out of the reading. */
  stuck?(): readonly TopicPartition[]
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number
  /** A number in [0, 1) that spreads retries. */
  readonly random?: () => number
  /** How long to wait at the end for what is under way; 5,000 ms unless told otherwise. */
  readonly drainMilliseconds?: number
  /** When the outbox is vacuumed; after 64 MB were deleted, and at most every three seconds, unless told otherwise. */
  readonly vacuum?: VacuumLimits
  /** Told what each vacuum of the outbox came to. */
  readonly onVacuum?: (outcome: VacuumOutcome) => void
  readonly log: Log
}

/** What the relay of this process is doing. */
export interface RelayState {
  /** True while this process is the one that relays the schema. */
  readonly active: boolean
  /** True while it has no connection to the database. */
  readonly databaseAway: boolean
  readonly underWay: number
  /** Rows sent, and attempts that failed, since the start. */
  readonly sent: number
  readonly failed: number
}

/** Sends what stands in the outbox of one schema. Disposing it sends what it was woken for, and waits for what is under way. */
export interface Relay extends AsyncDisposable {
  /** Says that a transaction has committed rows; the active process is told. Without it they are found within 250 ms. */
  wake(): void
  readonly state: RelayState
}

/**
 * Starts the relay of one schema. Of all processes that start one, one at a time is active: it holds a lock of its
 * connection, so that another takes over within two seconds of its death. Rows are read in id order and deleted after
 * the broker's acknowledgement; a row that was sent but not yet deleted is sent again with the same event id. Order
 * holds per topic and key. It survives the loss of the database and goes on when it is back.
 */
export function startRelay(options: RelayOptions): Relay {
  return new RunningRelay(options)
}

const electionMilliseconds = 1_000

class RunningRelay implements Relay {
  readonly #options: RelayOptions
  readonly #bell = new Bell()
  readonly #counts = { sent: 0, failed: 0 }
  readonly #vacuum: OutboxVacuum
  readonly #notice: RowNotice
  readonly #done: Promise<void>
  #stopping = false
  #databaseAway = false
  #term: RelayTerm | undefined

  constructor(options: RelayOptions) {
    this.#options = options
    const { database, log, now = () => performance.now(), vacuum: limits = vacuumLimits, onVacuum } = options
    this.#vacuum = new OutboxVacuum({ database, log, now, limits, onVacuum })
    this.#notice = new RowNotice(database, log)
    this.#done = this.#run()
  }

  get state(): RelayState {
    return {
      active: this.#term !== undefined,
      databaseAway: this.#databaseAway,
      underWay: this.#term?.underWay ?? 0,
      ...this.#counts,
    }
  }

  wake(): void {
    if (this.#term !== undefined) this.#term.wake()
    else this.#notice.give()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    this.#term?.stop()
    this.#bell.ring()
    await this.#done
    await this.#vacuum[Symbol.asyncDispose]()
  }

  async #run(): Promise<void> {
    // At least once, also where it is told to stop before it is connected: what was just published goes out.
    do {
      try {
        await using session = await this.#options.database.session()
        session.lost.addEventListener('abort', () => this.#bell.ring())
        await session.query(relaySettings)
        this.#databaseAway = false
        if (await this.#elected(session)) await this.#lead(session)
      } catch (error) {
        if (!this.#databaseAway) this.#options.log.warn('the relay has no database and waits for it', { error })
        this.#databaseAway = true
        if (!this.#stopping) await this.#bell.wait(electionMilliseconds)
      }
    } while (!this.#stopping)
  }

  /** Waits until the lock is this connection's own. A waiting statement would hold back vacuum: it asks again instead. */
  async #elected(session: Session): Promise<boolean> {
    for (;;) {
      const { rows } = await session.query<{ active: boolean }>(
        `select pg_try_advisory_lock(hashtextextended('samspill/relay/' || current_schema(), 0)) as active`,
      )
      if (rows[0]?.active === true) return true
      if (this.#stopping) return false
      await this.#bell.wait(electionMilliseconds)
    }
  }

  async #lead(session: Session): Promise<void> {
    await session.query(listenForRows)
    this.#options.log.info('the relay of this process is active')
    this.#term = new RelayTerm(session, this.#options, { counts: this.#counts, vacuum: this.#vacuum })
    if (this.#stopping) this.#term.stop()
    try {
      await this.#term.run()
    } finally {
      this.#term = undefined
    }
  }
}
