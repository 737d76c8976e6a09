import { bytesArray, integerArray, textArray } from '../binary-array.ts'
import type { Queryable } from '../queryable.ts'

/** An event that a handler returned, under the event that led to it. */
export interface KeptResult {
  readonly causeSource: string
  readonly causeId: string
  /** Its place among the events that the handler returned, from 0. */
  readonly number: number
  readonly eventId: string
  readonly type: string
  /** The record value: Confluent's header and the Avro body. */
  readonly value: Buffer
}

/** Keeps results, in the transaction that publishes them. */
export async function keepResults(transaction: Queryable, results: readonly KeptResult[]): Promise<void> {
  if (results.length === 0) return
  await transaction.query(
    `insert into kept_result (cause_source, cause_id, number, event_id, type, value)
     select * from unnest($1::text[], $2::text[], $3::integer[], $4::text[], $5::text[], $6::bytea[])
     on conflict do nothing`,
    [
      textArray(results.map((result) => result.causeSource)),
      textArray(results.map((result) => result.causeId)),
      integerArray(results.map((result) => result.number)),
      textArray(results.map((result) => result.eventId)),
      textArray(results.map((result) => result.type)),
      bytesArray(results.map((result) => result.value)),
    ],
  )
}

/** Reads what a service returned for an earlier event, in the order in which its handler returned it. */
export async function readResults(
  queryable: Queryable,
  cause: { readonly source: string; readonly id: string },
): Promise<readonly KeptResult[]> {
  const { rows } = await queryable.query(
    `select cause_source as "causeSource", cause_id as "causeId", number, event_id as "eventId", type, value
     from kept_result where cause_source = $1 and cause_id = $2 order by number`,
    [cause.source, cause.id],
  )
  return rows as KeptResult[]
}

/** Removes results kept before the given moment, at most `limit` in one go, and says how many. */
export async function purgeResults(queryable: Queryable, before: Date, limit = 5_000): Promise<number> {
  const { rowCount } = await queryable.query(
    `delete from kept_result where ctid = any(array(select ctid from kept_result where kept_at < $1 limit $2))`,
    [before, limit],
  )
  return rowCount ?? 0
}
