import type pg from 'pg'
import { failureOf } from './failure.ts'
import type { Answer, Queryable } from './queryable.ts'
import type { Connection } from './wire/connection.ts'

/** One connection of its own, outside of the pool: for locks and settings that live as long as the connection. */
export interface Session extends Queryable, AsyncDisposable {
  readonly pipelined: true
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>>
  /** Calls back for each notification of a channel that the connection listens to. */
  onNotification(listener: () => void): void
  /** Aborted when the connection is gone, with the reason. */
  readonly lost: AbortSignal
}

/** Makes a session of a connected client. Every statement is a transaction of its own. */
export function sessionOf(client: pg.Client, connection: Connection): Session {
  const gone = new AbortController()
  client.on('error', (error) => gone.abort(failureOf(error)))
  client.on('end', () => gone.abort(failureOf(new Error('connection terminated'))))
  return {
    pipelined: true,
    lost: gone.signal,
    onNotification: (listener) => connection.onNotification(listener),
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
      return (await connection.run(text, values)) as Answer<Row>
    },
    async [Symbol.asyncDispose]() {
      await client.end()
    },
  }
}
