import type { Queryable } from '../queryable.ts'

/** Which parked events nobody takes. */
export interface UnreadQuery {
  /** What the asking process handles. */
  readonly streams: readonly string[]
  /** Due for so long that no other process of the service takes it either, in milliseconds since 1970. */
  readonly dueBefore: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** How many events of a stream have become dead letters. */
export interface UnreadStream {
  readonly stream: string
  readonly count: number
}

/**
 * Makes dead letters of parked events that have been due for long, of streams that the service does not handle: they would
 * stay due for ever, and no operator would see them. What waits behind them waits on. Streams with an open breaker are left
 * alone, as another process of the service handles them.
 */
export async function giveUpUnread(queryable: Queryable, query: UnreadQuery): Promise<readonly UnreadStream[]> {
  const { rows } = await queryable.query(giveUp, [[...query.streams], new Date(query.dueBefore), new Date(query.now)])
  return rows as UnreadStream[]
}

// The codes that stay say that a record bears the name of another event: a discard must not take it for that one.
const giveUp = `
  with unread as (
    select id from parked_event
    where retry_at <= $2 and stream <> all($1::text[]) and stream not in (select stream from breaker)
    order by retry_at, id limit 10000 for update skip locked
  ), given_up as (
    update parked_event as parked
    set state = 'dead', retry_at = null, failed_at = $3, died_at = $3,
      code = case when code in ('id-reused', 'foreign-source', 'foreign-schema') then code else 'stream-not-read' end,
      reason = 'the service reads ' || stream || ' no longer: let it read the stream again, or discard the event'
    from unread where parked.id = unread.id returning stream
  )
  select stream, count(*)::integer as count from given_up group by stream order by stream`
