import { bigintArray } from './binary-array.ts'
import type { Queryable } from './queryable.ts'

/** What waits in an outbox. */
export interface OutboxStatus {
  /** Rows in the outbox; counted up to 100,000. */
  readonly waiting: number
  /** How long the oldest row has waited, in milliseconds; undefined where none waits. */
  readonly oldestMilliseconds: number | undefined
  /** Rows that were refused for good; later rows of their subjects wait behind them. */
  readonly parked: number
}

/** Reads what waits in the outbox, for status pages and metrics. */
export async function outboxStatus(queryable: Queryable): Promise<OutboxStatus> {
  const { rows } = await queryable.query(`
    with recursive first as (
      (select topic, partition, created_at from outbox order by topic, partition, id limit 1)
      union all
      select later.* from first cross join lateral (
        select topic, partition, created_at from outbox
        where (outbox.topic, outbox.partition) > (first.topic, first.partition)
        order by topic, partition, id limit 1
      ) as later
    )
    select
      (select count(*) from (select from outbox limit 100000) as counted) as waiting,
      (select (extract(epoch from clock_timestamp() - min(created_at)) * 1000)::bigint from first) as oldest,
      (select count(*) from outbox where retry_at is not null) as parked`)
  const [row] = rows as { readonly waiting: number; readonly oldest: number | null; readonly parked: number }[]
  return { waiting: row?.waiting ?? 0, oldestMilliseconds: row?.oldest ?? undefined, parked: row?.parked ?? 0 }
}

/** Has the relay try parked rows again at once: these, or all. Says how many. */
export async function retryParked(queryable: Queryable, ids?: readonly number[]): Promise<number> {
  const { rowCount } =
    ids === undefined
      ? await queryable.query('update outbox set retry_at = clock_timestamp() where retry_at > clock_timestamp()')
      : await queryable.query(
          'update outbox set retry_at = clock_timestamp() where retry_at > clock_timestamp() and id = any($1::bigint[])',
          [bigintArray(ids.map(BigInt))],
        )
  return rowCount ?? 0
}
