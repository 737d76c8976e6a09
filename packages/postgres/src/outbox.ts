import type { RecordHeaders } from '@samspill/contracts'
import { bytesArray, integerArray, textArray } from './binary-array.ts'
import type { Queryable } from './queryable.ts'
import { quotedSchema } from './schema-name.ts'
import { lockOne, lockSorted } from './subject-locks.ts'

/** One event that waits to be sent: the record as the broker will hold it. */
export interface OutboxRow {
  readonly eventId: string
  /** The event type's full name, for those who watch the outbox. */
  readonly type: string
  readonly topic: string
  /** The partition that the key leads to, the same for all rows of a topic and key. The relay leaves stuck partitions out of its reading; it does not route by it. */
  readonly partition: number
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: RecordHeaders
}

/**
 * Writes events into the outbox, in this order. Works in any transaction on a database that has the outbox table: the
 * hub's own, or a plain `pg` client between its own BEGIN and COMMIT; give the `schema` where it is not the current one.
 * Holds the publishing locks of all subjects until the transaction ends, so that ids are drawn in the order in which
 * transactions commit; call it once per transaction with all events, since two transactions that call it several times
 * may deadlock (40P01).
 */
export async function appendToOutbox(
  transaction: Queryable,
  rows: readonly OutboxRow[],
  options: { readonly schema?: string } = {},
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const table = options.schema === undefined ? 'outbox' : `${quotedSchema(options.schema)}.outbox`
  const schema = options.schema ?? null
  if (rows.length === 1) {
    const { eventId, type, topic, partition, key, value, headers } = first
    const columns = [eventId, type, topic, partition, key, value, headers]
    await transaction.query(insertOne(table), [...columns, schema, subjectOf(first)])
    return
  }
  await transaction.query(insertMany(table), [
    textArray(rows.map((row) => row.eventId)),
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.topic)),
    integerArray(rows.map((row) => row.partition)),
    bytesArray(rows.map((row) => row.key)),
    bytesArray(rows.map((row) => row.value)),
    bytesArray(rows.map((row) => row.headers)),
    schema,
    textArray([...new Set(rows.map(subjectOf))]),
  ])
}

function subjectOf({ topic, key }: OutboxRow): string {
  return `${topic}/${key.toString('base64')}`
}

// The locks are taken in the statement that inserts, and before it: the rows come out of a join with the count of the
// locks, and an id is drawn for a row that has come out. One drawn before could be lower than one that is sent already.
function insertMany(table: string): string {
  return `
  with locked as materialized (${lockSorted('publishing', '$8', '$9')})
  insert into ${table} (event_id, type, topic, partition, key, value, headers)
  select event_id, type, topic, partition, key, value, headers
  from locked cross join unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bytea[], $6::bytea[], $7::bytea[])
    with ordinality as given (event_id, type, topic, partition, key, value, headers, number)
  order by number`
}

/** The same for one event, as most transactions have: a plain client has it planned each time, so it is short. */
function insertOne(table: string): string {
  return `
  with locked as materialized (${lockOne('publishing', '$8', '$9')})
  insert into ${table} (event_id, type, topic, partition, key, value, headers)
  select $1::text, $2::text, $3::text, $4::integer, $5::bytea, $6::bytea, $7::bytea from locked`
}
