import type { Header } from '@samspill/contracts'
import { bytesArray, integerArray, textArray } from './binary-array.ts'
import type { Queryable } from './queryable.ts'
import { encodeHeaders } from './record-headers.ts'
import { quotedSchema } from './schema-name.ts'
import { lockSubjects } from './subject-locks.ts'

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
  readonly headers: readonly Header[]
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
  if (rows.length === 0) return
  const table = options.schema === undefined ? 'outbox' : `${quotedSchema(options.schema)}.outbox`
  const subjects = rows.map((row) => `${row.topic}/${row.key.toString('base64')}`)
  const locked = lockSubjects(transaction, 'publishing', subjects, options.schema ?? null)
  if (transaction.pipelined !== true) await locked
  const inserted = transaction.query(insertInto(table), [
    textArray(rows.map((row) => row.eventId)),
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.topic)),
    integerArray(rows.map((row) => row.partition)),
    bytesArray(rows.map((row) => row.key)),
    bytesArray(rows.map((row) => row.value)),
    bytesArray(rows.map((row) => encodeHeaders(row.headers))),
  ])
  await Promise.all([locked, inserted])
}

// A statement of its own after the locks: an id drawn before the lock could be lower than one that is sent already.
function insertInto(table: string): string {
  return `
  insert into ${table} (event_id, type, topic, partition, key, value, headers)
  select event_id, type, topic, partition, key, value, headers
  from unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::bytea[], $6::bytea[], $7::bytea[])
    with ordinality as given (event_id, type, topic, partition, key, value, headers, number)
  order by number`
}
