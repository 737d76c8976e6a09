import { bigintArray, textArray } from '../binary-array.ts'
import type { TopicPartition } from '../positions.ts'
import type { Queryable } from '../queryable.ts'

/** Of these records of one partition, the offsets of those that are parked, or that a person has given up. */
export async function settledElsewhere(
  queryable: Queryable,
  { topic, partition }: TopicPartition,
  offsets: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (offsets.length === 0) return new Set()
  const { rows } = await queryable.query(
    `select record_offset::text as place from parked_event
     where topic = $1 and partition = $2 and record_offset = any($3::bigint[])
     union all
     select record_offset::text from discarded_event
     where topic = $1 and partition = $2 and record_offset = any($3::bigint[])`,
    [topic, partition, bigintArray(offsets)],
  )
  return new Set((rows as { readonly place: string }[]).map(({ place }) => BigInt(place)))
}

/** Says of each of these events whether the inbox knows it. */
export async function knownToInbox(
  queryable: Queryable,
  events: readonly { readonly source: string; readonly id: string }[],
): Promise<readonly boolean[]> {
  if (events.length === 0) return []
  const { rows } = await queryable.query(
    `select exists (select from inbox where inbox.source = given.source and inbox.id = given.id) as known
     from unnest($1::text[], $2::text[]) with ordinality as given (source, id, number) order by number`,
    [textArray(events.map(({ source }) => source)), textArray(events.map(({ id }) => id))],
  )
  return (rows as { readonly known: boolean }[]).map(({ known }) => known)
}
