import { bigintArray, integerArray, textArray } from '../binary-array.ts'
import type { TopicPartition } from '../positions.ts'
import type { Queryable } from '../queryable.ts'

/** How much of one partition a service has handled. */
export interface HandledExtent extends TopicPartition {
  readonly events: number
  /** Where the first and the last of them stand. */
  readonly first: bigint
  readonly last: bigint
}

/** What a person has discarded stands in the inbox too, and was never handled. */
const notDiscarded = `not exists (
  select from discarded_event as discarded where discarded.topic = inbox.topic
    and discarded.partition = inbox.partition and discarded.record_offset = inbox.record_offset)`

/** How much of each partition the inbox knows as handled. Reads the whole inbox. */
export async function handledExtents(queryable: Queryable): Promise<readonly HandledExtent[]> {
  const { rows } = await queryable.query(
    `select topic, partition, count(*) as events, min(record_offset)::text as first, max(record_offset)::text as last
     from inbox where ${notDiscarded} group by topic, partition order by topic, partition`,
  )
  return (rows as ExtentRow[]).map((row) => ({ ...row, first: BigInt(row.first), last: BigInt(row.last) }))
}

/** How many handled events stand before these offsets. */
export async function handledBefore(
  queryable: Queryable,
  starts: readonly (TopicPartition & { readonly offset: bigint })[],
): Promise<number> {
  const { rows } = await queryable.query(
    `select count(*) as events
     from inbox join unnest($1::text[], $2::integer[], $3::bigint[]) as start (topic, partition, record_offset)
       using (topic, partition)
     where inbox.record_offset < start.record_offset and ${notDiscarded}`,
    [
      textArray(starts.map(({ topic }) => topic)),
      integerArray(starts.map(({ partition }) => partition)),
      bigintArray(starts.map(({ offset }) => offset)),
    ],
  )
  return (rows as { readonly events: number }[])[0]?.events ?? 0
}

interface ExtentRow extends TopicPartition {
  readonly events: number
  readonly first: string
  readonly last: string
}
