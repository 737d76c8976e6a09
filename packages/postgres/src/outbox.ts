import type { RecordHeaders } from '@samspill/contracts'
import { bytesArray, integerArray, textArray } from './binary-array.ts'
import type { PlainClient, Transaction } from './queryable.ts'
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

export interface AppendOptions {
  /** The schema of the outbox, where it is not the current one. */
  readonly schema?: string
  /**
   * `unnamed` where a plain client reaches the database through a pooler that hands its transactions to changing
   * connections and does not know named statements: the server then plans the statement each time. Else `named`.
   */
  readonly statements?: 'named' | 'unnamed'
}

/**
 * Writes events into the outbox, in this order. Works in any transaction on a database that has the outbox table: the
 * hub's own, or a plain `pg` client between its own BEGIN and COMMIT.
 * Holds the publishing locks of all subjects until the transaction ends, so that ids are drawn in the order in which
 * transactions commit; call it once per transaction with all events, since two transactions that call it several times
 * may deadlock (40P01).
 */
export async function appendToOutbox(
  transaction: Transaction | PlainClient,
  rows: readonly OutboxRow[],
  options: AppendOptions = {},
): Promise<void> {
  const [first] = rows
  if (first === undefined) return
  const schema = options.schema ?? null
  const { one, many } = insertsInto(schema)
  if (rows.length === 1) {
    const { eventId, type, topic, partition, key, value, headers } = first
    const columns = [eventId, type, topic, partition, key, value, headers]
    await insert(transaction, one, [...columns, schema, subjectOf(first)], options)
    return
  }
  const columns = [
    textArray(rows.map((row) => row.eventId)),
    textArray(rows.map((row) => row.type)),
    textArray(rows.map((row) => row.topic)),
    integerArray(rows.map((row) => row.partition)),
    bytesArray(rows.map((row) => row.key)),
    bytesArray(rows.map((row) => row.value)),
    bytesArray(rows.map((row) => row.headers)),
    schema,
    textArray([...new Set(rows.map(subjectOf))]),
  ]
  await insert(transaction, many, columns, options)
}

interface Insert {
  readonly name: string
  readonly text: string
}

const inserts = new Map<string | null, { readonly one: Insert; readonly many: Insert }>()

/** The statements for the outbox of a schema; null for the current one. Their texts are made once: `pg` compares them. */
function insertsInto(schema: string | null): { readonly one: Insert; readonly many: Insert } {
  const known = inserts.get(schema)
  if (known !== undefined) return known
  const table = schema === null ? 'outbox' : `${quotedSchema(schema)}.outbox`
  const name = (count: string): string => `samspill outbox ${count} ${schema ?? ''}`
  const made = {
    one: { name: name('one'), text: insertOne(table) },
    many: { name: name('many'), text: insertMany(table) },
  }
  inserts.set(schema, made)
  return made
}

const longestName = 63

/** Planning takes twice as long as the insert itself. The hub's own connections name what they run; `pg` has to be told. */
async function insert(
  transaction: Transaction | PlainClient,
  { name, text }: Insert,
  values: unknown[],
  { statements = 'named' }: AppendOptions,
): Promise<void> {
  if (transaction.pipelined === true || statements === 'unnamed' || name.length > longestName) {
    await transaction.query(text, values)
  } else {
    await transaction.query({ name, text, values })
  }
}

function subjectOf({ topic, key }: OutboxRow): string {
  return `${topic}/${key.toString('base64')}`
}

// The locks are taken in the statement that inserts, and before it: the rows come out of the one row that counts the
// locks, and an id is drawn for a row that has come out. One drawn before could be lower than one that is sent already.
// Arrays that are unnested in the list of what is selected come out side by side and in order; after FROM they would be
// kept as tables first, and would have to be sorted.
function insertMany(table: string): string {
  return `
  with locked as materialized (${lockSorted('publishing', '$8', '$9')})
  insert into ${table} (event_id, type, topic, partition, key, value, headers)
  select unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::integer[]), unnest($5::bytea[]),
    unnest($6::bytea[]), unnest($7::bytea[])
  from locked`
}

// A row comes out of the inner query when the lock is held, and only then is its id drawn. "offset 0" keeps the two
// apart. It costs the server less than a count of locks does.
function insertOne(table: string): string {
  return `
  insert into ${table} (event_id, type, topic, partition, key, value, headers)
  select $1::text, $2::text, $3::text, $4::integer, $5::bytea, $6::bytea, $7::bytea
  from (${lockOne('publishing', '$8', '$9')} offset 0) as locked`
}
