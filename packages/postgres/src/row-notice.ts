import type { Database } from './database.ts'
import type { Log } from './log.ts'

// As long for any schema, whose name may be as long as a channel's: 63 bytes.
const channel = `'samspill/outbox/' || md5(current_schema())`

/** Has a connection be told of rows that other processes have committed to the outbox of its schema. */
export const listenForRows = `do $$ begin execute format('listen %I', ${channel}); end $$`

// A notice that a crash of the server loses is of no use after it: it need not wait for the disk.
const notify = `select set_config('synchronous_commit', 'off', true), pg_notify(${channel}, '')`

/** Notices are at least so far apart, in milliseconds: one is for all rows that were committed before it. */
const restMilliseconds = 40

/**
 * Tells the process that relays a schema of rows that this process has committed there. A notice is a transaction of its
 * own, since those that notify wait for each other as they commit; one that is lost costs the rows the 250 ms until the
 * relay looks by itself.
 */
export class RowNotice {
  readonly #database: Pick<Database, 'query'>
  readonly #log: Log
  #due = false
  #running = false

  constructor(database: Pick<Database, 'query'>, log: Log) {
    this.#database = database
    this.#log = log
  }

  /** Sends a notice at once, or when the rest after the last one is over; waits for nothing and never throws. */
  give(): void {
    this.#due = true
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#due) {
      this.#due = false
      try {
        await this.#database.query(notify)
      } catch (error) {
        this.#log.debug('the relay could not be told of rows; it finds them by itself', { error })
      }
      await new Promise((resolve) => setTimeout(resolve, restMilliseconds).unref())
    }
    this.#running = false
  }
}
