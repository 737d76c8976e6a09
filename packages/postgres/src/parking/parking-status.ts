import type { Queryable } from '../queryable.ts'

/** How much is parked of one stream; each counted up to 100,000. */
export interface ParkingStatus {
  readonly stream: string
  /** All parked events, the dead and those behind others included. */
  readonly parked: number
  /** First of their key, and tried again by themselves. */
  readonly retrying: number
  readonly dead: number
}

/** Counts what is parked, per stream; for metrics and status pages. */
export async function parkingStatus(
  queryable: Queryable,
  streams: readonly string[],
): Promise<readonly ParkingStatus[]> {
  const { rows } = await queryable.query(
    `select stream,
       (select count(*) from (select from parked_event as p where p.stream = asked.stream limit 100000) as c) as parked,
       (select count(*) from (
          select from parked_event as p where p.retry_at is not null and p.stream = asked.stream limit 100000) as c
       ) as retrying,
       (select count(*) from (
          select from parked_event as p where p.state = 'dead' and p.stream = asked.stream limit 100000) as c
       ) as dead
     from unnest($1::text[]) as asked (stream)`,
    [[...streams]],
  )
  return rows as ParkingStatus[]
}
