import type { RecordHeaders } from '@samspill/contracts'
import type { Queryable } from '../queryable.ts'
import type { ParkedRecord } from './parked-event.ts'

/** What is read of the parked records that are due. */
export interface DueQuery {
  /** Only of these streams. */
  readonly streams: readonly string[]
  /** Milliseconds since 1970. */
  readonly now: number
  readonly mostKeys: number
  /** Records of one key, its first one included. */
  readonly mostPerKey: number
  /** Bytes of the values; one record may be larger. */
  readonly mostBytes: number
}

/**
 * Reads parked records that are due, and what waits behind each, in order per key; leaves out what another process has
 * in hand. Claims nothing: see claimParked.
 */
export async function dueRecords(queryable: Queryable, query: DueQuery): Promise<readonly ParkedRecord[]> {
  if (query.streams.length === 0) return []
  const { rows } = await queryable.query(dueHeads, [[...query.streams], new Date(query.now), query.mostKeys])
  if (rows.length === 0) return []
  const ids = (rows as { readonly id: string }[]).map(({ id }) => BigInt(id))
  return await parkedLines(queryable, ids, query)
}

/** Reads these parked records, and what waits behind each, in order per key; due or not. */
export async function parkedLines(
  queryable: Queryable,
  heads: readonly bigint[],
  limits: Pick<DueQuery, 'mostPerKey' | 'mostBytes'>,
): Promise<readonly ParkedRecord[]> {
  const { rows } = await queryable.query(withFollowers, [heads.map(String), limits.mostPerKey, limits.mostBytes])
  return (rows as ParkedRow[]).map(recordOf)
}

/**
 * Claims the first records of keys until the transaction ends, and says which are still there to be had: another process
 * may have them in hand, be done with them, or have found them to fail until later than `now`. Whoever has claimed the first of a key has all that wait behind it.
 */
export async function claimParked(
  transaction: Queryable,
  heads: readonly bigint[],
  now: number,
): Promise<ReadonlySet<bigint>> {
  if (heads.length === 0) return new Set()
  const { rows } = await transaction.query(
    `select id::text from parked_event where id = any($1::bigint[]) and retry_at <= $2 for update skip locked`,
    [heads.map(String), new Date(now)],
  )
  return new Set((rows as { readonly id: string }[]).map(({ id }) => BigInt(id)))
}

const dueHeads = `
  select id::text from parked_event where retry_at <= $2 and stream = any($1::text[])
  order by retry_at, id limit $3 for update skip locked`

const withFollowers = `
  select id::text, head, stream, key, topic, partition, record_offset::text, recorded_at, value, headers, attempts,
    failed_at, traceparent
  from (
    select line.*, line.id = first.id as head, number,
      sum(coalesce(octet_length(line.value), 0)) over (order by number, line.id) as bytes
    from unnest($1::bigint[]) with ordinality as asked (id, number)
    join parked_event as first on first.id = asked.id
    cross join lateral (
      select * from parked_event as behind
      where behind.stream = first.stream and behind.key = first.key and behind.id >= first.id
      order by behind.id limit $2
    ) as line
  ) as lines
  where bytes <= $3 or (number = 1 and head)
  order by number, lines.id`

interface ParkedRow {
  readonly id: string
  readonly head: boolean
  readonly stream: string
  readonly key: Buffer
  readonly topic: string
  readonly partition: number
  readonly record_offset: string
  readonly recorded_at: Date
  readonly value: Buffer | null
  readonly headers: RecordHeaders
  readonly attempts: number
  readonly failed_at: Date | null
  readonly traceparent: string | null
}

function recordOf(row: ParkedRow): ParkedRecord {
  return {
    id: BigInt(row.id),
    head: row.head,
    stream: row.stream,
    key: row.key,
    topic: row.topic,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    recordedAt: row.recorded_at.getTime(),
    value: row.value,
    headers: row.headers,
    attempts: row.attempts,
    failedAt: row.failed_at?.getTime(),
    traceparent: row.traceparent ?? undefined,
  }
}
