import type { RecordHeaders } from '@samspill/contracts'
import { bigintArray, bytesArray, integerArray, textArray } from './binary-array.ts'
import type { OutboxRow } from './outbox.ts'
import type { TopicPartition } from './positions.ts'
import type { Queryable } from './queryable.ts'

/** A row of the outbox as the relay sends it. */
export interface RelayRow extends OutboxRow {
  readonly id: number
  /** When the event was written to the outbox, in milliseconds since 1970. */
  readonly createdAt: number
  /** Bytes of value and headers. */
  readonly bytes: number
}

/** What a read leaves out. */
export interface LeftOut {
  /** Rows that the relay holds already. */
  readonly ids: readonly number[]
  readonly partitions: readonly TopicPartition[]
  readonly subjects: readonly { readonly topic: string; readonly key: Buffer }[]
}

/** How much one read brings at most; its last row may go beyond the bytes. */
const readLimits = { rowsPerPartition: 500, rows: 2_000, bytes: 4 * 1024 * 1024 } as const

/**
 * Settings of the relay's own connection. The outbox is empty at one moment and large at the next, so statistics say
 * nothing: only the walk along the key is right at both, so it is planned once. Deletes do not wait for the disk: where
 * the server crashes and forgets one, the row is sent again, as after any crash of the relay. A relay that hangs loses
 * its connection, and with it its lock.
 */
export const relaySettings = `
  set enable_seqscan = off; set enable_bitmapscan = off; set enable_hashjoin = off; set enable_mergejoin = off;
  set jit = off; set plan_cache_mode = force_generic_plan; set synchronous_commit = off; set idle_session_timeout = '5s';
  set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3`

/** Reads rows that may be sent, in id order, and says whether there are more. */
export async function readOutbox(
  queryable: Queryable,
  leftOut: LeftOut,
): Promise<{ readonly rows: readonly RelayRow[]; readonly more: boolean }> {
  const answer = await queryable.query(readNext, [
    bigintArray(leftOut.ids.map(BigInt)),
    textArray(leftOut.partitions.map((left) => left.topic)),
    integerArray(leftOut.partitions.map((left) => left.partition)),
    textArray(leftOut.subjects.map((left) => left.topic)),
    bytesArray(leftOut.subjects.map((left) => left.key)),
    readLimits.rowsPerPartition,
    readLimits.bytes,
    readLimits.rows,
  ])
  const rows = (answer.rows as StoredRow[]).map(relayRow)
  return { rows, more: fillsRead(rows) || holdsFullPartition(rows) }
}

/** Whether rows may have been cut off, whatever their partition. */
function fillsRead(rows: readonly RelayRow[]): boolean {
  return rows.length >= readLimits.rows || rows.reduce((sum, { bytes }) => sum + bytes, 0) >= readLimits.bytes
}

/** Whether the rows of any partition may have been cut off. */
function holdsFullPartition(rows: readonly RelayRow[]): boolean {
  if (rows.length < readLimits.rowsPerPartition) return false
  const alike = Map.groupBy(rows, ({ topic, partition }) => `${topic}/${partition}`)
  return [...alike.values()].some(({ length }) => length >= readLimits.rowsPerPartition)
}

/** True where the outbox holds any row at all. */
export async function holdsRows(queryable: Queryable): Promise<boolean> {
  // With a value the statement has a name: asked four times a second, it is parsed and described once.
  return (await queryable.query('select from outbox limit $1', [1])).rowCount === 1
}

/** Deletes rows that the broker has acknowledged. */
export async function deleteSent(queryable: Queryable, rows: readonly RelayRow[]): Promise<void> {
  if (rows.length === 0) return
  await queryable.query(
    `delete from outbox where ctid = any (array(
       select place from unnest($1::text[], $2::integer[], $3::bigint[]) as sent (topic, partition, id), ${placeOf('sent')}))`,
    rowKeys(rows),
  )
}

/** Notes that rows were refused for good: they wait, with the later rows of their subject, and are tried again rarely. */
export async function parkRows(
  queryable: Queryable,
  rows: readonly { readonly row: RelayRow; readonly code: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await queryable.query(
    `update outbox set attempts = attempts + 1, last_error_code = refused.code,
       parked_at = coalesce(parked_at, clock_timestamp()),
       retry_at = clock_timestamp() + least(interval '10 minutes', interval '10 seconds' * power(2, least(attempts, 10)))
     from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[]) as refused (topic, partition, id, code),
       ${placeOf('refused')}
     where outbox.ctid = place`,
    [...rowKeys(rows.map(({ row }) => row)), textArray(rows.map(({ code }) => code))],
  )
}

// One row, found by its key. A plain join is free to walk the whole outbox and to look at all given rows for each of its
// own, and does so once vacuum has noted that the table is empty.
function placeOf(given: string): string {
  return `lateral (
    select outbox.ctid as place from outbox
    where outbox.topic = ${given}.topic and outbox.partition = ${given}.partition and outbox.id = ${given}.id limit 1
  ) as found`
}

function rowKeys(rows: readonly RelayRow[]): Buffer[] {
  return [
    textArray(rows.map((row) => row.topic)),
    integerArray(rows.map((row) => row.partition)),
    bigintArray(rows.map((row) => BigInt(row.id))),
  ]
}

// No cursor: whatever is left is read, so that a row whose transaction commits late is found. The walk goes from
// partition to partition along the key, so that partitions that are left out cost nothing however many rows they hold.
// What is left out is looked up in hashed sub-selects; where nothing is parked, no row is asked whether its subject is.
// statement_timestamp: were a parked row to come due while the walk goes on, the next of its subject would overtake it.
const readNext = `
  with recursive lane as (
    (select topic, partition from outbox order by topic, partition limit 1)
    union all
    select later.topic, later.partition
    from lane cross join lateral (
      select topic, partition from outbox
      where (outbox.topic, outbox.partition) > (lane.topic, lane.partition)
      order by topic, partition limit 1
    ) as later
  ),
  candidate as (
    select waiting.*
    from lane cross join lateral (
      select id, event_id, type, topic, partition, key, value, headers, created_at,
        octet_length(value) + octet_length(headers) as bytes
      from outbox
      where outbox.topic = lane.topic and outbox.partition = lane.partition
        and id not in (select unnest($1::bigint[]))
        and (topic, key) not in (select * from unnest($4::text[], $5::bytea[]))
        and (
          not (select exists (select from outbox where retry_at is not null))
          or not exists (
            select from outbox as parked
            where parked.topic = outbox.topic and parked.key = outbox.key and parked.id <= outbox.id
              and parked.retry_at > statement_timestamp()
          )
        )
      order by id limit $6::integer
    ) as waiting
    where (lane.topic, lane.partition) not in (select * from unnest($2::text[], $3::integer[]))
  )
  select id, event_id, type, topic, partition, key, value, headers, created_at
  from (
    select *, row_number() over in_order as number, sum(bytes) over in_order - bytes as bytes_before
    from candidate window in_order as (order by id rows unbounded preceding)
  ) as numbered
  where number <= $8::integer and bytes_before < $7::integer
  order by id`

interface StoredRow {
  readonly id: number
  readonly event_id: string
  readonly type: string
  readonly topic: string
  readonly partition: number
  readonly key: Buffer
  readonly value: Buffer
  readonly headers: RecordHeaders
  readonly created_at: Date
}

function relayRow(stored: StoredRow): RelayRow {
  return {
    id: stored.id,
    eventId: stored.event_id,
    type: stored.type,
    topic: stored.topic,
    partition: stored.partition,
    key: stored.key,
    value: stored.value,
    headers: stored.headers,
    createdAt: stored.created_at.getTime(),
    bytes: stored.value.length + stored.headers.length,
  }
}
