import type { Queryable } from '../queryable.ts'

/** A stream that the service has stopped handling, since most of its subjects failed at once. */
export interface OpenBreaker {
  readonly stream: string
  readonly openedAt: Date
  /** Of the failure that was seen last. */
  readonly code: string
  readonly reason: string
}

/** Tells the service's other processes that the stream is not handled now. */
export async function openBreaker(
  queryable: Queryable,
  { stream, openedAt, code, reason }: OpenBreaker,
): Promise<void> {
  await queryable.query(
    `insert into breaker (stream, opened_at, code, reason) values ($1, $2, $3, $4) on conflict (stream) do nothing`,
    [stream, openedAt, code, reason],
  )
}

/** Tells the service's other processes that the stream is handled again. */
export async function closeBreaker(queryable: Queryable, stream: string): Promise<void> {
  await queryable.query('delete from breaker where stream = $1', [stream])
}

/** The streams that one of the service's processes has stopped handling. */
export async function openBreakers(queryable: Queryable): Promise<readonly OpenBreaker[]> {
  const { rows } = await queryable.query(
    'select stream, opened_at as "openedAt", code, reason from breaker order by stream',
  )
  return rows as OpenBreaker[]
}
