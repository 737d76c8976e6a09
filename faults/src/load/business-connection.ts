import pg from 'pg'
import type { PlainClient } from '@samspill/postgres'
import type { Due } from './open-loop.ts'

interface BusinessOptions {
  readonly url: string
  readonly schema: string
  /** Writes the events of the rows into the outbox. */
  publish(transaction: PlainClient, due: readonly Due[]): Promise<void>
}

/** One connection of the agency's own, opened again after each failure. */
export class BusinessConnection {
  readonly #options: BusinessOptions
  #client: pg.Client | undefined

  constructor(options: BusinessOptions) {
    this.#options = options
  }

  /** Writes business rows and their events in one transaction, and says what became of it. */
  async commit(due: readonly Due[]): Promise<'committed' | 'rolled-back' | 'unknown'> {
    let isCommitting = false
    try {
      const client = await this.#connected()
      await client.query('begin')
      await client.query(
        `insert into business (id, subject, number)
         select * from unnest($1::text[], $2::text[], $3::bigint[])`,
        [due.map(({ id }) => id), due.map(({ subject }) => subject), due.map(({ number }) => number)],
      )
      await this.#options.publish(client, due)
      isCommitting = true
      const { command } = await client.query('commit')
      return command === 'COMMIT' ? 'committed' : 'rolled-back'
    } catch (error) {
      process.stderr.write(`the agency's transaction failed${isCommitting ? ' in its COMMIT' : ''}: ${String(error)}\n`)
      await this.close()
      return isCommitting ? 'unknown' : 'rolled-back'
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    // A connection that broke cannot be ended in peace, and need not be.
    await client?.end().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client
    const client = new pg.Client({
      connectionString: this.#options.url,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    })
    client.on('error', (error) => process.stderr.write(`the agency's connection broke: ${error.message}\n`))
    await client.connect()
    await client.query(`set search_path to "${this.#options.schema}"`)
    this.#client = client
    return client
  }
}
