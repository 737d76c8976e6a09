import type { RecordHeaders } from '@samspill/contracts'
import { bytesArray, integerArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import { quotedSchema } from '../schema-name.ts'

/** An event that a service has sent, or has in its outbox. */
export interface SentRecord {
  readonly eventId: string
  readonly type: string
  readonly topic: string
  readonly partition: number
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: RecordHeaders
  /** The id of the event that it follows from. */
  readonly causationId: string | undefined
  /** The id of the service's own earlier event that it corrects. */
  readonly corrects: string | undefined
}

/** What a service has sent, for a rebuild to compare with; kept in a schema of its own until the rebuild ends. */
export class SentHistory {
  readonly #database: Database
  readonly #schema: string

  private constructor(database: Database, schema: string) {
    this.#database = database
    this.#schema = schema
  }

  /** Opens an empty history in the schema given, which must exist. */
  static async create(database: Database, schema: string): Promise<SentHistory> {
    const quoted = quotedSchema(schema)
    await database.query(`
      create unlogged table ${quoted}.sent (
        number bigint generated always as identity, event_id text primary key, type text not null, topic text not null,
        partition integer not null, key bytea not null, value bytea not null, headers bytea not null, causation_id text,
        corrects text
      )`)
    await database.query(`create index on ${quoted}.sent (causation_id)`)
    await database.query(`create index on ${quoted}.sent (corrects)`)
    return new SentHistory(database, quoted)
  }

  /** Keeps these; one that is known already, as it was sent twice, is left as it is. */
  async keep(records: readonly SentRecord[]): Promise<void> {
    if (records.length === 0) return
    await this.#database.query(
      `insert into ${this.#schema}.sent (event_id, type, topic, partition, key, value, headers, causation_id, corrects)
       select event_id, type, topic, partition, key, value, headers, causation_id, corrects
       from unnest(
         $1::text[], $2::text[], $3::text[], $4::integer[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[], $9::text[])
         with ordinality as given (event_id, type, topic, partition, key, value, headers, causation_id, corrects, number)
       order by number on conflict do nothing`,
      [
        textArray(records.map(({ eventId }) => eventId)),
        textArray(records.map(({ type }) => type)),
        textArray(records.map(({ topic }) => topic)),
        integerArray(records.map(({ partition }) => partition)),
        bytesArray(records.map(({ key }) => key)),
        bytesArray(records.map(({ value }) => value)),
        bytesArray(records.map(({ headers }) => headers)),
        records.map(({ causationId }) => causationId ?? null),
        records.map(({ corrects }) => corrects ?? null),
      ],
    )
  }

  /** All that followed from one of these causes, or has one of these ids, in the order in which it was sent. */
  async about(causes: readonly string[], ids: readonly string[]): Promise<readonly SentRecord[]> {
    const { rows } = await this.#database.query<SentRow>(
      `select event_id as "eventId", type, topic, partition, key, value, headers, causation_id, corrects
       from ${this.#schema}.sent where causation_id = any($1::text[]) or event_id = any($2::text[]) order by number`,
      [textArray(causes), textArray(ids)],
    )
    return rows.map(({ causation_id, corrects, ...row }) => ({
      ...row,
      causationId: causation_id ?? undefined,
      corrects: corrects ?? undefined,
    }))
  }
}

interface SentRow extends Omit<SentRecord, 'causationId' | 'corrects'> {
  readonly causation_id: string | null
  readonly corrects: string | null
}
