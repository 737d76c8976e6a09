import { bigintArray, bytesArray, integerArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import type { OutboxRow } from '../outbox.ts'
import type { Transaction } from '../queryable.ts'
import { quotedSchema } from '../schema-name.ts'

/** The events that would put right what a rebuild finds; kept in a schema of its own until the rebuild ends. */
export class CorrectionQueue {
  readonly #database: Database
  readonly #schema: string

  private constructor(database: Database, schema: string) {
    this.#database = database
    this.#schema = schema
  }

  /** Opens an empty queue in the schema given, which must hold the differences found. */
  static async create(database: Database, schema: string): Promise<CorrectionQueue> {
    const quoted = quotedSchema(schema)
    await database.query(`
      create unlogged table ${quoted}.correction (
        number bigint primary key, event_id text not null, type text not null,
        topic text not null, partition integer not null, key bytea not null, value bytea not null, headers bytea not null
      )`)
    return new CorrectionQueue(database, quoted)
  }

  /** Adds the events that put right the differences from number `first` on. */
  async add(rows: readonly OutboxRow[], first: number): Promise<void> {
    if (rows.length === 0) return
    await this.#database.query(
      `insert into ${this.#schema}.correction (number, event_id, type, topic, partition, key, value, headers)
       select * from unnest(
         $1::bigint[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::bytea[], $7::bytea[], $8::bytea[])`,
      [
        bigintArray(rows.map((_, index) => BigInt(first + index))),
        textArray(rows.map((row) => row.eventId)),
        textArray(rows.map((row) => row.type)),
        textArray(rows.map((row) => row.topic)),
        integerArray(rows.map((row) => row.partition)),
        bytesArray(rows.map((row) => row.key)),
        bytesArray(rows.map((row) => row.value)),
        bytesArray(rows.map((row) => row.headers)),
      ],
    )
  }

  /**
   * Moves to the service's outbox, in order, what puts right the differences that are left, in a transaction that holds
   * the service's batches back: nobody else then publishes, and the publishing locks are not needed. Says how many.
   */
  async moveToOutbox(alone: Transaction): Promise<number> {
    const { rowCount } = await alone.query(
      `insert into outbox (event_id, type, topic, partition, key, value, headers)
       select correction.event_id, correction.type, topic, partition, key, value, headers
       from ${this.#schema}.correction join ${this.#schema}.difference using (number) order by number`,
    )
    return rowCount
  }
}
