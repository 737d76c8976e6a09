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

/**
 * Counts what is parked of these streams, and of any other of which something is: a stream that the service has given up may
 * have left dead letters behind. For metrics, by name of the stream.
 */
export async function parkingStatus(
  queryable: Queryable,
  streams: readonly string[],
): Promise<readonly ParkingStatus[]> {
  const { rows } = await queryable.query(
    `with recursive parked_stream as (
       (select stream from parked_event order by stream limit 1)
       union all
       select (select stream from parked_event as later where later.stream > parked_stream.stream order by stream limit 1)
       from parked_stream where stream is not null
     ), asked as (
       select unnest($1::text[]) collate "C" as stream union select stream from parked_stream where stream is not null
     )
     select stream,
       (select count(*) from (select from parked_event as p where p.stream = asked.stream limit 100000) as c) as parked,
       (select count(*) from (
          select from parked_event as p where p.retry_at is not null and p.stream = asked.stream limit 100000) as c
       ) as retrying,
       (select count(*) from (
          select from parked_event as p where p.state = 'dead' and p.stream = asked.stream limit 100000) as c
       ) as dead
     from asked order by stream`,
    [[...streams]],
  )
  return rows as ParkingStatus[]
}
