import { bytesArray, integerArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import type { OutboxRow } from '../outbox.ts'
import type { Queryable, Transaction } from '../queryable.ts'
import { quotedSchema } from '../schema-name.ts'

/** Events that a rebuild means to send, in order; kept in a schema of its own until the rebuild ends. */
export class CorrectionQueue {
  readonly #database: Database
  readonly #schema: string

  private constructor(database: Database, schema: string) {
    this.#database = database
    this.#schema = schema
  }

  /** Opens an empty queue in the schema given, which must exist. */
  static async create(database: Database, schema: string): Promise<CorrectionQueue> {
    const quoted = quotedSchema(schema)
    await database.query(`
      create unlogged table ${quoted}.correction (
        number bigint generated always as identity primary key, event_id text not null, type text not null,
        topic text not null, partition integer not null, key bytea not null, value bytea not null, headers bytea not null
      )`)
    return new CorrectionQueue(database, quoted)
  }

  async add(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return
    await this.#database.query(
      `insert into ${this.#schema}.correction (event_id, type, topic, partition, key, value, headers)
       select event_id, type, topic, partition, key, value, headers
       from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bytea[], $6::bytea[], $7::bytea[])
         with ordinality as given (event_id, type, topic, partition, key, value, headers, number)
       order by number`,
      [
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
   * Moves all of them to the service's outbox, in a transaction that holds the service's batches back: nobody else then
   * publishes, and the publishing locks are not needed. Says how many.
   */
  async moveToOutbox(alone: Transaction): Promise<number> {
    const { rowCount } = await alone.query(
      `insert into outbox (event_id, type, topic, partition, key, value, headers)
       select event_id, type, topic, partition, key, value, headers from ${this.#schema}.correction order by number`,
    )
    return rowCount
  }
}

/** A row of the outbox, and where it stands in the relay's order of reading. */
export interface WaitingRow extends OutboxRow {
  readonly id: string
}

/** Reads what waits in the outbox, page by page in the relay's order; rows that are sent meanwhile may be missing. */
export async function waitingInOutbox(
  queryable: Queryable,
  after: WaitingRow | undefined,
  limit: number,
): Promise<readonly WaitingRow[]> {
  const { rows } = await queryable.query(
    `select id::text, event_id as "eventId", type, topic, partition, key, value, headers from outbox
     where (topic, partition, id) > ($1, $2::integer, $3::bigint) order by topic, partition, id limit $4`,
    [after?.topic ?? '', after?.partition ?? 0, after?.id ?? '0', limit],
  )
  return rows as WaitingRow[]
}
