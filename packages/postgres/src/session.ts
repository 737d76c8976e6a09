import type pg from 'pg'
import { failureOf } from './failure.ts'
import { statement } from './open-transaction.ts'
import type { Answer, Queryable } from './queryable.ts'
import { StatementNames } from './statement-names.ts'

/** One connection of its own, outside of the pool: for locks and settings that live as long as the connection. */
export interface Session extends Queryable, AsyncDisposable {
  readonly pipelined: true
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>>
  /** Aborted when the connection is gone, with the reason. */
  readonly lost: AbortSignal
}

/** Makes a session of a connected client. Every statement is a transaction of its own. */
export function sessionOf(client: pg.Client): Session {
  const names = new StatementNames()
  const gone = new AbortController()
  client.on('error', (error) => gone.abort(failureOf(error)))
  client.on('end', () => gone.abort(failureOf(new Error('connection terminated'))))
  return {
    pipelined: true,
    lost: gone.signal,
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
      try {
        const result = await client.query(statement(text, values, names))
        return { rows: result.rows as Row[], rowCount: result.rowCount ?? 0 }
      } catch (error) {
        throw failureOf(error)
      }
    },
    async [Symbol.asyncDispose]() {
      await client.end()
    },
  }
}
