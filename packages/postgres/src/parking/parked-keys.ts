import { bytesArray } from '../binary-array.ts'
import type { Queryable } from '../queryable.ts'

/**
 * Says which of these keys are parked in the stream, as hexadecimal text, and holds them until the transaction ends:
 * whoever takes the last parked record of such a key away then waits for this transaction, and sees what it has added.
 */
export async function holdParkedKeys(
  transaction: Queryable,
  stream: string,
  keys: readonly Buffer[],
): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set()
  const given = bytesArray(keys)
  const held = transaction.query(hold, [stream, given])
  if (transaction.pipelined !== true) await held
  // A statement of its own after the locks: what another transaction took away while this one waited is then gone.
  const [, { rows }] = await Promise.all([held, transaction.query(read, [stream, given])])
  return new Set((rows as { readonly key: string }[]).map(({ key }) => key))
}

/**
 * Takes parked records away that have been handled or discarded, each with those before it of its key. What is next of
 * their keys is due at `now` (milliseconds since 1970). To be called after the subjects' handling locks were taken.
 */
export async function removeParked(transaction: Queryable, ids: readonly bigint[], now: number): Promise<void> {
  if (ids.length === 0) return
  const given = ids.map(String)
  const held = transaction.query(holdOf, [given])
  if (transaction.pipelined !== true) await held
  await Promise.all([held, transaction.query(remove, [given, new Date(now)])])
}

/**
 * Makes due what stands first of its key and is not: after someone has deleted rows by hand, say. Reads the first row of
 * every key.
 */
export async function wakeForgotten(queryable: Queryable, now: number): Promise<number> {
  const { rowCount } = await queryable.query(wake, [new Date(now)])
  return rowCount ?? 0
}

const nameOfKey = `hashtextextended(current_schema() || '/parking/' || stream || '/' || encode(key, 'hex'), 0)`

// The inner query is sorted before the outer one takes its first lock.
const hold = `
  select pg_advisory_xact_lock(lock.number)
  from (
    select distinct ${nameOfKey} as number
    from unnest($2::bytea[]) as given (key), (select $1::text as stream) as one
    where exists (select from parked_event as parked where parked.stream = $1 and parked.key = given.key)
    order by number
  ) as lock`

const read = `
  select distinct encode(key, 'hex') as key from unnest($2::bytea[]) as given (key)
  where exists (select from parked_event as parked where parked.stream = $1 and parked.key = given.key)`

const holdOf = `
  select pg_advisory_xact_lock(lock.number)
  from (select distinct ${nameOfKey} as number from parked_event where id = any($1::bigint[]) order by number) as lock`

// All of a statement sees the table as it was before: the rows that go are left out by their ids.
const remove = `
  with gone as (delete from parked_event where id = any($1::bigint[]) returning stream, key),
    touched as (select distinct stream, key from gone)
  update parked_event as parked set retry_at = $2
  from touched cross join lateral (
    select id from parked_event as left_over
    where left_over.stream = touched.stream and left_over.key = touched.key and left_over.id <> all($1::bigint[])
    order by id limit 1
  ) as next
  where parked.id = next.id and parked.retry_at is null and parked.state <> 'dead'`

const wake = `
  with recursive first as (
    (select id, stream, key, state, retry_at from parked_event order by stream, key, id limit 1)
    union all
    select later.* from first cross join lateral (
      select id, stream, key, state, retry_at from parked_event
      where (parked_event.stream, parked_event.key) > (first.stream, first.key)
      order by stream, key, id limit 1
    ) as later
  )
  update parked_event as parked set retry_at = $1
  from first where parked.id = first.id and parked.retry_at is null and parked.state <> 'dead'`
