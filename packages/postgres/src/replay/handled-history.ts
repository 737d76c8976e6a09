import { HubError, type RecordHeaders } from '@samspill/contracts'
import { lockBatches } from '../batch-lock.ts'
import { bigintArray, bytesArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import type { TopicPartition } from '../positions.ts'
import type { Queryable } from '../queryable.ts'
import { quotedSchema } from '../schema-name.ts'

/** A stretch of a partition in which records stand that are to be read again. */
export interface HandledRange extends TopicPartition {
  readonly from: bigint
  /** The offset behind the last. */
  readonly to: bigint
}

/** A record as it is to be kept. */
export interface RecordToKeep {
  readonly offset: bigint
  /** Milliseconds since 1970. */
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
}

/** An event that was handled, with its record as it was read again. */
export interface HandledRecord extends RecordToKeep, TopicPartition {
  /** Its place in the order of handling. */
  readonly sequence: bigint
  readonly source: string
  readonly id: string
  /** What the handlers' clock said, in milliseconds since 1970. */
  readonly handledAt: number
}

/**
 * What a service has handled, in the order in which it did, for a rebuild to go through: taken from the inbox in rounds,
 * each up to a moment at which no batch was under way, and kept in a schema of its own until the rebuild ends.
 */
export class HandledHistory {
  readonly #database: Database
  readonly #schema: string
  #end = 0n

  private constructor(database: Database, schema: string) {
    this.#database = database
    this.#schema = schema
  }

  /** Opens an empty history of the service that the database was opened for, in the schema given, which must exist. */
  static async create(database: Database, schema: string): Promise<HandledHistory> {
    const quoted = quotedSchema(schema)
    await database.query(`
      create unlogged table ${quoted}.handled (
        sequence bigint primary key, source text not null, id text not null, topic text not null,
        partition integer not null, record_offset bigint not null, handled_at timestamptz not null
      )`)
    await database.query(`create index on ${quoted}.handled (topic, partition, record_offset)`)
    await database.query(`create index on ${quoted}.handled (id)`)
    await database.query(`
      create unlogged table ${quoted}.record (
        topic text not null, partition integer not null, record_offset bigint not null, recorded_at timestamptz not null,
        key bytea, value bytea, headers bytea not null, primary key (topic, partition, record_offset)
      )`)
    return new HandledHistory(database, quoted)
  }

  /** Where the latest round ends, in the order of handling. */
  get end(): bigint {
    return this.#end
  }

  /**
   * Takes what was handled since the last round, but for what a person discarded, and says how much it is. In `alone` the
   * caller holds the batches of the service back; otherwise they are held for the moment in which the end is looked up.
   */
  async takeRound(alone?: Queryable): Promise<number> {
    const end =
      alone === undefined
        ? await this.#database.transaction(async (transaction) => {
            await lockBatches(transaction, 'alone')
            return await lastSequence(transaction)
          })
        : await lastSequence(alone)
    const { rowCount } = await this.#database.query(
      `insert into ${this.#schema}.handled
       select sequence, source, id, topic, partition, record_offset, handled_at from inbox
       where sequence > $1 and sequence <= $2 and not exists (
         select from discarded_event as discarded where discarded.topic = inbox.topic
           and discarded.partition = inbox.partition and discarded.record_offset = inbox.record_offset)`,
      [String(this.#end), String(end)],
    )
    this.#end = end
    return rowCount
  }

  /** Where the records of a round stand: stretches with no hole of more than a thousand records. */
  async ranges(after: bigint): Promise<readonly HandledRange[]> {
    const { rows } = await this.#database.query<RangeRow>(
      `select topic, partition, min(record_offset)::text as first, max(record_offset)::text as last
       from (
         select topic, partition, record_offset,
           count(*) filter (where hole) over (partition by topic, partition order by record_offset) as stretch
         from (
           select topic, partition, record_offset, record_offset - lag(record_offset)
               over (partition by topic, partition order by record_offset) > 1000 as hole
           from ${this.#schema}.handled where sequence > $1
         ) as placed
       ) as stretched
       group by topic, partition, stretch order by topic, partition, min(record_offset)`,
      [String(after)],
    )
    return rows.map(({ topic, partition, first, last }) => {
      return { topic, partition, from: BigInt(first), to: BigInt(last) + 1n }
    })
  }

  /** Keeps those of these records that were handled. */
  async keep({ topic, partition }: TopicPartition, records: readonly RecordToKeep[]): Promise<void> {
    await this.#database.query(
      `insert into ${this.#schema}.record
       select $1::text, $2::integer, record_offset, to_timestamp(recorded_at / 1000.0), key, value, headers
       from unnest($3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])
         as given (record_offset, recorded_at, key, value, headers)
       where exists (
         select from ${this.#schema}.handled as handled where handled.topic = $1 and handled.partition = $2
           and handled.record_offset = given.record_offset)
       on conflict do nothing`,
      [
        topic,
        partition,
        bigintArray(records.map(({ offset }) => offset)),
        bigintArray(records.map(({ timestamp }) => BigInt(Math.trunc(timestamp)))),
        records.map(({ key }) => key),
        records.map(({ value }) => value),
        bytesArray(records.map(({ headers }) => headers)),
      ],
    )
  }

  /** Throws `history-expired` where records of a round were not among those that were read. */
  async requireComplete(after: bigint): Promise<void> {
    const { rows } = await this.#database.query<{ missing: number }>(
      `select count(*) as missing from ${this.#schema}.handled left join ${this.#schema}.record
         using (topic, partition, record_offset)
       where sequence > $1 and record.topic is null`,
      [String(after)],
    )
    const missing = rows[0]?.missing ?? 0
    if (missing === 0) return
    throw new HubError(
      'history-expired',
      `${missing} events that were handled are no longer in their streams: the tables cannot be built anew from what is left`,
    )
  }

  /** The next events of the rounds taken so far, in the order in which they were handled. */
  async page(after: bigint, limit: number): Promise<readonly HandledRecord[]> {
    const { rows } = await this.#database.query<HandledRow>(
      `select sequence::text, source, id, topic, partition, record_offset::text, handled_at, recorded_at, key, value,
         headers
       from ${this.#schema}.handled join ${this.#schema}.record using (topic, partition, record_offset)
       where handled.sequence > $1 order by handled.sequence limit $2`,
      [String(after), limit],
    )
    return rows.map(({ sequence, record_offset, handled_at, recorded_at, ...row }) => ({
      ...row,
      sequence: BigInt(sequence),
      offset: BigInt(record_offset),
      handledAt: handled_at.getTime(),
      timestamp: recorded_at.getTime(),
    }))
  }

  /** Of these ids, those that several events of different sources have in common. */
  async sharedIds(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.#database.query<{ id: string }>(
      `select id from ${this.#schema}.handled where id = any($1::text[]) group by id having count(*) > 1`,
      [textArray(ids)],
    )
    return new Set(rows.map(({ id }) => id))
  }
}

interface RangeRow extends TopicPartition {
  readonly first: string
  readonly last: string
}

interface HandledRow extends TopicPartition {
  readonly sequence: string
  readonly source: string
  readonly id: string
  readonly record_offset: string
  readonly handled_at: Date
  readonly recorded_at: Date
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: RecordHeaders
}

async function lastSequence(queryable: Queryable): Promise<bigint> {
  const { rows } = await queryable.query(
    `select coalesce(pg_sequence_last_value(pg_get_serial_sequence('inbox', 'sequence')::regclass), 0)::text as last`,
  )
  return BigInt((rows as { readonly last: string }[])[0]?.last ?? 0)
}
