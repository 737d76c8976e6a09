import pg from 'pg'
import { columnValues } from './column-values.ts'
import { DatabaseUnavailable, failureOf } from './failure.ts'
import { commit } from './commit.ts'
import type { Log } from './log.ts'
import { OpenTransaction } from './open-transaction.ts'
import type { Answer, Queryable, Transaction } from './queryable.ts'
import { quotedSchema } from './schema-name.ts'
import { sessionOf, type Session } from './session.ts'
import { Connection } from './wire/connection.ts'

export interface DatabaseOptions {
  /** `postgres://user@host:port/database`. */
  readonly url: string
  /** The schema in which unqualified names are looked up. Without it, the user's own search path. */
  readonly schema?: string
  /** How many connections the pool holds at most; 8 unless told otherwise. */
  readonly maxConnections?: number
  /** How long one statement may take; 30,000 ms unless told otherwise. */
  readonly statementMilliseconds?: number
  /** How long a transaction may stay open without a statement; 60,000 ms unless told otherwise. */
  readonly idleInTransactionMilliseconds?: number
  readonly log: Log
}

/** A pool of connections to one PostgreSQL database. It recovers by itself when the database comes back. */
export interface Database extends Queryable, AsyncDisposable {
  /** Runs one statement on its own. Rejects with StatementError or DatabaseUnavailable. */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>>
  /**
   * Runs `work` in one transaction and commits it when `work` and every statement it issued have succeeded. Rejects
   * with the first failing statement's error, else with what `work` threw; `commit-rolled-back` where PostgreSQL
   * answered COMMIT with ROLLBACK; DatabaseUnavailable where the connection broke. `statementMilliseconds` replaces the
   * database's own limit for each statement.
   */
  transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options?: { readonly statementMilliseconds?: number },
  ): Promise<Result>
  /** Opens one connection outside of the pool. Rejects with DatabaseUnavailable. */
  session(): Promise<Session>
}

/** Opens a database. No connection is made before the first statement. Throws `schema-name-invalid`. */
export function openDatabase(options: DatabaseOptions): Database {
  return new PooledDatabase(options)
}

class PooledDatabase implements Database {
  readonly #pool: pg.Pool
  readonly #log: Log
  readonly #settings: pg.ClientConfig
  readonly #connections = new WeakMap<pg.ClientBase, Connection>()
  readonly #types = columnValues()
  readonly #answerMilliseconds: number
  readonly #prepare: string | undefined

  constructor(options: DatabaseOptions) {
    const statementMilliseconds = options.statementMilliseconds ?? 30_000
    this.#log = options.log
    this.#answerMilliseconds = answerMilliseconds(statementMilliseconds)
    this.#prepare = options.schema === undefined ? undefined : `set search_path to ${quotedSchema(options.schema)}`
    this.#settings = {
      connectionString: options.url,
      keepAlive: true,
      application_name: options.schema ?? 'samspill',
      connectionTimeoutMillis: 5_000,
      statement_timeout: statementMilliseconds,
      idle_in_transaction_session_timeout: options.idleInTransactionMilliseconds ?? 60_000,
    }
    this.#pool = new pg.Pool({
      ...this.#settings,
      max: options.maxConnections ?? 8,
      idleTimeoutMillis: 30_000,
      onConnect: async (client) => void (await this.#takeOver(client)),
    })
    this.#pool.on('error', (error) => {
      this.#log.warn('an idle database connection was lost; the next statement opens a new one', {
        error: failureOf(error),
      })
    })
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
    const { client, connection } = await this.#connection()
    try {
      return (await connection.run(text, values)) as Answer<Row>
    } finally {
      release(client, connection)
    }
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { readonly statementMilliseconds?: number } = {},
  ): Promise<Result> {
    const { client, connection } = await this.#connection()
    const limit = options.statementMilliseconds
    const transaction = new OpenTransaction(connection, this.#log)
    try {
      void transaction.query('begin')
      if (limit !== undefined) {
        connection.waitAtMost(answerMilliseconds(limit))
        void transaction.query(`set local statement_timeout = ${Math.trunc(limit)}`)
      }
      const outcome = await outcomeOf(work, transaction)
      await connection.settled()
      transaction.close()
      const failure = transaction.failure ?? outcome.failure
      if (failure !== undefined) {
        await this.#rollBack(connection)
        throw failure
      }
      await commit(connection)
      return outcome.result as Result
    } finally {
      if (limit !== undefined) connection.waitAtMost(this.#answerMilliseconds)
      release(client, connection)
    }
  }

  async session(): Promise<Session> {
    const client = new pg.Client(this.#settings)
    // Until it is taken over, what breaks it also fails what is awaited here.
    client.on('error', () => undefined)
    try {
      await client.connect()
      return sessionOf(client, await this.#takeOver(client))
    } catch (error) {
      await client.end()
      throw failureOf(error)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  async #takeOver(client: pg.ClientBase): Promise<Connection> {
    const connection = new Connection(client, { types: this.#types, answerMilliseconds: this.#answerMilliseconds })
    if (this.#prepare !== undefined) await connection.run(this.#prepare)
    this.#connections.set(client, connection)
    return connection
  }

  /** Where the connection cannot be used again, PostgreSQL rolls back by itself. */
  async #rollBack(connection: Connection): Promise<void> {
    try {
      await connection.run('rollback')
    } catch (error) {
      this.#log.debug('a connection was given up instead of rolled back', { error: failureOf(error) })
    }
  }

  async #connection(): Promise<{ readonly client: pg.PoolClient; readonly connection: Connection }> {
    for (;;) {
      const client = await this.#pooled()
      const connection = this.#connections.get(client)
      if (connection !== undefined && connection.lost === undefined) return { client, connection }
      // Lost while it was idle, and the pool has not been told yet.
      client.release(true)
    }
  }

  async #pooled(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect()
    } catch (error) {
      if (this.#pool.waitingCount > 0 || this.#pool.totalCount >= this.#pool.options.max) {
        throw new DatabaseUnavailable('no database connection became free in time', { cause: failureOf(error) })
      }
      throw failureOf(error)
    }
  }
}

/** A connection goes back to the pool where it is there and outside of any transaction; else it is closed. */
function release(client: pg.PoolClient, connection: Connection): void {
  client.release(connection.lost !== undefined || connection.status !== 'I')
}

/** The server ends a statement at its timeout; where no answer comes long after that, the server or the network is gone. */
function answerMilliseconds(statementMilliseconds: number): number {
  return statementMilliseconds + 10_000
}

interface Outcome<Result> {
  readonly result?: Result
  readonly failure?: Error
}

async function outcomeOf<Result>(
  work: (transaction: Transaction) => Promise<Result>,
  transaction: Transaction,
): Promise<Outcome<Result>> {
  try {
    return { result: await work(transaction) }
  } catch (error) {
    return { failure: error instanceof Error ? error : new Error('the work threw something that is not an error') }
  }
}
