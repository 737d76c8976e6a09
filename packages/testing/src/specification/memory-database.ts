import { PGlite, types } from '@electric-sql/pglite'
import type { Transaction } from '@samspill/postgres'
import type { ServiceDefinition } from '@samspill/service'

/** The work of a specification is always undone; its outcome travels out of the transaction in this. */
class Undone {
  readonly outcome: unknown

  constructor(outcome: unknown) {
    this.outcome = outcome
  }
}

/** A PostgreSQL inside this process, with one service's own tables; made at the first use. */
export class MemoryDatabase implements AsyncDisposable {
  readonly #service: ServiceDefinition
  #opening: Promise<PGlite> | undefined

  constructor(service: ServiceDefinition) {
    this.#service = service
  }

  /** Runs work in a transaction and undoes it, whatever the outcome. */
  async undone<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result> {
    this.#opening ??= this.#open()
    const database = await this.#opening
    try {
      return await database.transaction(async (inside): Promise<Result> => {
        const transaction: Transaction = {
          pipelined: true,
          async query(text, values) {
            const { rows, affectedRows } = await inside.query(text, values === undefined ? [] : [...values])
            return {
              rows: rows as never,
              rowCount: affectedRows === undefined || affectedRows === 0 ? rows.length : affectedRows,
            }
          },
        }
        throw new Undone(await work(transaction))
      })
    } catch (thrown) {
      if (thrown instanceof Undone) return thrown.outcome as Result
      throw thrown
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#opening)?.close()
  }

  async #open(): Promise<PGlite> {
    const asText = (text: string): string => text
    const database = await PGlite.create({
      // Columns come back as the hub's own connections give them: dates as text, never as a moment in some zone.
      parsers: { [types.DATE]: asText, [types.NUMERIC]: asText, [types.TIMESTAMP]: asText },
    })
    await database.exec(`create schema "${this.#service.name}"; set search_path to "${this.#service.name}"`)
    for (const migration of this.#service.migrations) await database.exec(migration.sql)
    return database
  }
}
