import { bigintArray, integerArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import { retryParked } from '../outbox-status.ts'
import type { Queryable } from '../queryable.ts'
import { conditionOf, payloadOf, type DeadLetterFilter, type ParkedPayload } from './dead-letters.ts'
import { writeAction, type Responsibility } from './operator-action.ts'

/** An outbox row that the brokers refuse, as an operator may see it: nothing of its key or its data. */
export interface RefusedRow {
  readonly id: number
  readonly eventId: string
  readonly type: string
  readonly topic: string
  readonly partition: number
  /** The code of the last refusal. */
  readonly code: string
  readonly attempts: number
  readonly parkedAt: Date
  /** When the relay tries it again by itself. */
  readonly retryAt: Date
  readonly createdAt: Date
  /** How many of the subject's rows wait behind it, counted up to 10,000. */
  readonly behind: number
}

/** Lists the outbox rows that the brokers refuse, oldest first. The filter's stream is the topic. */
export async function refusedRows(
  queryable: Queryable,
  filter: DeadLetterFilter = {},
  limit = 100,
): Promise<readonly RefusedRow[]> {
  const { where, values } = conditionOf(filter, columnNames)
  const { rows } = await queryable.query(
    `select id, event_id as "eventId", type, topic, partition, last_error_code as code, attempts,
       parked_at as "parkedAt", retry_at as "retryAt", created_at as "createdAt",
       (select count(*)::integer from (
         select from outbox as later
         where later.topic = refused.topic and later.partition = refused.partition and later.key = refused.key
           and later.id > refused.id limit 10000
       ) as counted) as behind
     from outbox as refused where retry_at is not null and ${where} order by id limit ${limit}`,
    values,
  )
  return rows as RefusedRow[]
}

/** The record of an outbox row. Whoever reads it has written down why before; see writeAction. */
export async function readOutboxPayload(queryable: Queryable, id: number): Promise<ParkedPayload | undefined> {
  const { rows } = await queryable.query('select key, value, headers from outbox where id = $1', [id])
  return payloadOf(rows)
}

/** Has the relay try these rows again at once, and writes down who did it and why. Gives those that were still there. */
export async function retryRefused(
  database: Pick<Database, 'transaction'>,
  rows: readonly RefusedRow[],
  responsibility: Responsibility,
): Promise<number> {
  if (rows.length === 0) return 0
  return await database.transaction(async (transaction) => {
    const ids = rows.map(({ id }) => id)
    const retried = await retryParked(transaction, ids)
    const what = { outboxRows: ids.length, ids: ids.slice(0, idsKept) }
    if (retried > 0) await writeAction(transaction, { ...responsibility, action: 'redrive', what })
    return retried
  })
}

/** What has become of rows that the relay tries again: those that were refused once more, and those not tried yet. */
export async function retriedRows(
  queryable: Queryable,
  rows: readonly RefusedRow[],
): Promise<{
  readonly refusedAgain: readonly { readonly id: number; readonly code: string }[]
  readonly waiting: number
}> {
  const { rows: found } = await queryable.query(
    `select id, last_error_code as code, outbox.attempts > asked.attempts as again
     from unnest($1::bigint[], $2::integer[]) as asked (id, attempts) join outbox using (id)`,
    [bigintArray(rows.map(({ id }) => BigInt(id))), integerArray(rows.map(({ attempts }) => attempts))],
  )
  const left = found as { readonly id: number; readonly code: string; readonly again: boolean }[]
  const refusedAgain = left.filter(({ again }) => again).map(({ id, code }) => ({ id, code }))
  return { refusedAgain, waiting: left.length - refusedAgain.length }
}

/**
 * Gives up outbox rows that the brokers refuse: they are never sent, and their subjects' later rows go on. Only refused
 * rows are taken, whatever is named. Gives the ids that were discarded.
 */
export async function discardRefused(
  database: Pick<Database, 'transaction'>,
  ids: readonly number[],
  responsibility: Responsibility,
): Promise<readonly number[]> {
  if (ids.length === 0) return []
  return await database.transaction(async (transaction) => {
    const { rows } = await transaction.query<{ readonly id: number }>(
      `delete from outbox where id = any($1::bigint[]) and retry_at is not null
       returning id, topic, type, event_id as "eventId", last_error_code as code`,
      [bigintArray(ids.map(BigInt))],
    )
    if (rows.length === 0) return []
    const what = { outboxRows: rows.length, events: rows.slice(0, idsKept) }
    await writeAction(transaction, { ...responsibility, action: 'discard', what })
    return rows.map(({ id }) => id)
  })
}

const columnNames = { stream: 'topic', failure: 'last_error_code', failedAt: 'parked_at' }

/** An entry of what was done names so many; the count is always whole. */
const idsKept = 1_000
