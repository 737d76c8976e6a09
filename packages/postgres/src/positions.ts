import type { Queryable } from './queryable.ts'

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

/** How far a service has handled one partition, and whether it has stopped there. */
export interface Position extends TopicPartition {
  /** The offset that is handled next; undefined where the first record has not been handled yet. */
  readonly nextOffset: bigint | undefined
  readonly stopped: Stop | undefined
}

export interface Stop {
  /** The failure's stable code. */
  readonly code: string
  /** One sentence without personal data. */
  readonly reason: string
  readonly offset: bigint
  readonly since: Date
}

/** Reads all positions of the service, sorted by topic and partition. */
export async function readPositions(queryable: Queryable): Promise<readonly Position[]> {
  const { rows } = await queryable.query(
    `select topic, partition, next_offset::text, stopped_code, stopped_reason, stopped_offset::text, stopped_since
     from position order by topic, partition`,
  )
  return (rows as PositionRow[]).map((row) => ({
    topic: row.topic,
    partition: row.partition,
    nextOffset: row.next_offset === null ? undefined : BigInt(row.next_offset),
    stopped: row.stopped_code === null ? undefined : stopOf(row),
  }))
}

/** How far a partition is handled, and whether anything of the stream is parked. */
export interface Progress {
  /** The offset that is handled next; undefined where nothing has been handled yet. */
  readonly position: bigint | undefined
  readonly someParked: boolean
  /** Whether a person has given up records that are to be read, as after a position was set back. */
  readonly someDiscarded: boolean
}

/** Reads where a batch of one partition begins. One statement: it is part of every batch. */
export async function readProgress(queryable: Queryable, at: TopicPartition, stream: string): Promise<Progress> {
  const { rows } = await queryable.query(
    `select (select next_offset::text from position where topic = $1 and partition = $2) as next_offset,
       exists (select from parked_event where stream = $3) as some_parked,
       exists (
         select from discarded_event where topic = $1 and partition = $2 and record_offset >= coalesce(
           (select next_offset from position where topic = $1 and partition = $2), 0)
       ) as some_discarded`,
    [at.topic, at.partition, stream],
  )
  const [row] = rows as ProgressRow[]
  const text = row?.next_offset ?? null
  return {
    position: text === null ? undefined : BigInt(text),
    someParked: row?.some_parked === true,
    someDiscarded: row?.some_discarded === true,
  }
}

/**
 * Moves a position inside the batch's transaction, from the offset where this process found it (undefined where there
 * was none) to the next one to handle, and clears its stop. False where another process has moved it meanwhile: the
 * batch must then be rolled back. Another process's batch of the same partition waits here until this one ends.
 */
export async function savePosition(
  transaction: Queryable,
  at: TopicPartition,
  move: { readonly from: bigint | undefined; readonly to: bigint },
): Promise<boolean> {
  const { rowCount } =
    move.from === undefined
      ? await transaction.query(
          `insert into position as held (topic, partition, next_offset) values ($1, $2, $3)
           on conflict (topic, partition) do update set next_offset = excluded.next_offset, saved_at = clock_timestamp(),
             stopped_code = null, stopped_reason = null, stopped_offset = null, stopped_since = null
           where held.next_offset is null`,
          [at.topic, at.partition, String(move.to)],
        )
      : await transaction.query(
          `update position set next_offset = $4, saved_at = clock_timestamp(),
             stopped_code = null, stopped_reason = null, stopped_offset = null, stopped_since = null
           where topic = $1 and partition = $2 and next_offset = $3`,
          [at.topic, at.partition, String(move.from), String(move.to)],
        )
  return rowCount === 1
}

/**
 * Notes that a partition stands still at an offset, and why. `since` stays while it fails at the same offset. A
 * position that has moved past the offset is left alone: the note is late.
 */
export async function markStopped(queryable: Queryable, at: TopicPartition, stop: Omit<Stop, 'since'>): Promise<void> {
  await queryable.query(
    `insert into position as held (topic, partition, stopped_code, stopped_reason, stopped_offset, stopped_since)
     values ($1, $2, $4, $5, $3, clock_timestamp())
     on conflict (topic, partition) do update set
       stopped_code = excluded.stopped_code, stopped_reason = excluded.stopped_reason,
       stopped_offset = excluded.stopped_offset,
       stopped_since = case when held.stopped_offset = excluded.stopped_offset
         then held.stopped_since else excluded.stopped_since end
     where held.next_offset is null or held.next_offset <= excluded.stopped_offset`,
    [at.topic, at.partition, String(stop.offset), stop.code, stop.reason],
  )
}

interface ProgressRow {
  readonly next_offset: string | null
  readonly some_parked: boolean
  readonly some_discarded: boolean
}

interface PositionRow {
  readonly topic: string
  readonly partition: number
  readonly next_offset: string | null
  readonly stopped_code: string | null
  readonly stopped_reason: string | null
  readonly stopped_offset: string | null
  readonly stopped_since: Date | null
}

function stopOf(row: PositionRow): Stop {
  return {
    code: row.stopped_code ?? '',
    reason: row.stopped_reason ?? '',
    offset: BigInt(row.stopped_offset ?? 0),
    since: row.stopped_since ?? new Date(0),
  }
}
