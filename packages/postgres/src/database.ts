import pg from 'pg'
import { columnValues } from './column-values.ts'
import { DatabaseUnavailable, failureOf, StatementError } from './failure.ts'
import { commit, type OpenConnection } from './commit.ts'
import type { Log } from './log.ts'
import { OpenTransaction, statement } from './open-transaction.ts'
import type { Answer, Queryable, Transaction } from './queryable.ts'
import { quotedSchema } from './schema-name.ts'
import { sessionOf, type Session } from './session.ts'
import { StatementNames } from './statement-names.ts'

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
  readonly #names = new StatementNames()
  readonly #log: Log
  readonly #settings: pg.ClientConfig
  readonly #prepare: (client: pg.ClientBase) => Promise<void>

  constructor(options: DatabaseOptions) {
    const schema = options.schema === undefined ? undefined : quotedSchema(options.schema)
    const statementMilliseconds = options.statementMilliseconds ?? 30_000
    this.#log = options.log
    this.#settings = {
      connectionString: options.url,
      pipeline: true,
      types: columnValues(),
      keepAlive: true,
      application_name: options.schema ?? 'samspill',
      connectionTimeoutMillis: 5_000,
      statement_timeout: statementMilliseconds,
      query_timeout: answerMilliseconds(statementMilliseconds),
      idle_in_transaction_session_timeout: options.idleInTransactionMilliseconds ?? 60_000,
    }
    this.#prepare = async (client) => {
      if (schema !== undefined) await client.query(`set search_path to ${schema}`)
    }
    this.#pool = new pg.Pool({
      ...this.#settings,
      max: options.maxConnections ?? 8,
      idleTimeoutMillis: 30_000,
      onConnect: (client) => this.#prepare(client),
    })
    this.#pool.on('error', (error) => {
      this.#log.warn('an idle database connection was lost; the next statement opens a new one', {
        error: failureOf(error),
      })
    })
  }

  async query<Row>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
    const client = await this.#connection()
    // Whatever breaks the connection also fails the statement that is under way.
    const ignore = (): void => undefined
    client.on('error', ignore)
    let clean = false
    try {
      const result = await client.query(statement(text, values, this.#names))
      clean = true
      return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
    } catch (error) {
      const failure = failureOf(error)
      clean = failure instanceof StatementError && !needsNewConnection(failure)
      throw failure
    } finally {
      client.release(!clean || client.getTransactionStatus() !== 'I')
      client.off('error', ignore)
    }
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result>,
    options: { readonly statementMilliseconds?: number } = {},
  ): Promise<Result> {
    const client = await this.#connection()
    const limit = options.statementMilliseconds
    const transaction = new OpenTransaction(client, this.#names, this.#log, limit && answerMilliseconds(limit))
    const broken = (error: Error): void => transaction.fail(error)
    client.on('error', broken)
    let clean = false
    try {
      void transaction.query('begin')
      if (limit !== undefined) void transaction.query(`set local statement_timeout = ${Math.trunc(limit)}`)
      const outcome = await outcomeOf(work, transaction)
      await transaction.settled()
      transaction.close()
      const failure = transaction.failure ?? outcome.failure
      if (failure !== undefined) {
        clean = (await this.#rollBack(client)) && !needsNewConnection(failure)
        throw failure
      }
      await commit(client)
      clean = true
      return outcome.result as Result
    } finally {
      client.release(!clean)
      client.off('error', broken)
    }
  }

  async session(): Promise<Session> {
    const client = new pg.Client(this.#settings)
    const session = sessionOf(client)
    try {
      await client.connect()
      await this.#prepare(client)
    } catch (error) {
      await client.end()
      throw failureOf(error)
    }
    return session
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#pool.ending) await this.#pool.end()
  }

  /** False where the connection cannot be used again; PostgreSQL then rolls back by itself. */
  async #rollBack(client: OpenConnection): Promise<boolean> {
    try {
      await client.query('rollback')
      return client.getTransactionStatus() === 'I'
    } catch (error) {
      this.#log.debug('a connection was given up instead of rolled back', { error: failureOf(error) })
      return false
    }
  }

  async #connection(): Promise<OpenConnection> {
    try {
      return (await this.#pool.connect()) as OpenConnection
    } catch (error) {
      if (this.#pool.waitingCount > 0 || this.#pool.totalCount >= this.#pool.options.max) {
        throw new DatabaseUnavailable('no database connection became free in time', { cause: failureOf(error) })
      }
      throw failureOf(error)
    }
  }
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

/** A statement prepared before a table changed cannot be used again on its connection. */
function needsNewConnection(failure: Error): boolean {
  return 'sqlState' in failure && (failure.sqlState === '0A000' || failure.sqlState === '26000')
}
