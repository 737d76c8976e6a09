/** What one statement answered. `rowCount` is the number of rows read or changed. */
export interface Answer<Row> {
  readonly rows: Row[]
  readonly rowCount: number
}

/** Anything that runs a statement: a transaction, a database, a session, or a plain `pg` client of somebody else's. */
export interface Queryable {
  /** True where statements may be issued without awaiting the one before. */
  readonly pipelined?: boolean
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>
}

/** A statement that the server keeps planned under its name, for as long as the connection lives. */
export interface NamedStatement {
  readonly name: string
  readonly text: string
  readonly values: unknown[]
}

/** A plain `pg` client of somebody else's. */
export interface PlainClient {
  readonly pipelined?: never
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null }>
  query(statement: NamedStatement): Promise<unknown>
}

/**
 * An open transaction. Statements may be issued without awaiting: they go to PostgreSQL in order, and none waits for
 * the answer of the one before. A statement that fails fails the whole transaction, also where nobody awaits it.
 *
 * Columns come back as: `bigint` → number (beyond 2^53 the statement fails with `number-out-of-range`; select it as
 * text), `numeric` → text, `date` → `yyyy-mm-dd` text, `timestamp` → text, `timestamptz` → Date, `bytea` → Buffer,
 * `json` → parsed. Each goes back in as it came out; to write a JSON array, pass it through `JSON.stringify` first.
 */
export interface Transaction extends Queryable {
  readonly pipelined: true
  /**
   * Runs one statement with `$1`, `$2` … taken from `values`. Rejects with the first failure of the transaction:
   * StatementError, or DatabaseUnavailable.
   */
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>>
}
