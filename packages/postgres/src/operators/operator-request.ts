import { textArray } from '../binary-array.ts'
import type { Queryable } from '../queryable.ts'
import type { Responsibility } from './operator-action.ts'

/** What an operator asks of a running service. */
export interface NewRequest extends Responsibility {
  /** What is asked, e.g. `redrive-dry-run`; a process takes only the kinds it knows. */
  readonly kind: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** A request that this process has taken. */
export interface TakenRequest extends NewRequest {
  readonly id: number
  /** Which taking this is: an earlier one, of a process that was gone for a while, no longer counts. */
  readonly attempt: number
}

/**
 * `asked`: nobody has taken it yet. `running`: a process works on it. `done` and `failed`: it has a result.
 * `withdrawn`: whoever asked no longer waits for it.
 */
export type RequestState = 'asked' | 'running' | 'done' | 'failed' | 'withdrawn'

/** How far a request has come. */
export interface RequestStatus {
  readonly state: RequestState
  readonly attempts: number
  readonly progress: unknown
  /** For `failed`: `{code, message}`. */
  readonly result: unknown
  /** True while a process works on it, and gives signs of life. */
  readonly inHand: boolean
  /** True while one works on another request of the same kind: it takes one after the other. */
  readonly behind: boolean
}

/** How long a process holds a request without a sign of life, after which another one takes it; and how long whoever asks does. */
export const holdSeconds = 15

/**
 * Asks the service whose schema this is; any of its processes takes the request, as long as whoever asks gives signs of
 * life (`keepAsking`). Gives its id.
 */
export async function askService(queryable: Queryable, request: NewRequest): Promise<number> {
  const { rows } = await queryable.query(
    `insert into operator_request (kind, detail, asked_by, reason, held_until)
     values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5)) returning id`,
    [request.kind, JSON.stringify(request.detail), request.by, request.reason, holdSeconds],
  )
  return (rows as { readonly id: number }[])[0]?.id ?? 0
}

/** Says that the answer of a request is still waited for, while nobody has taken it. */
export async function keepAsking(queryable: Queryable, id: number): Promise<void> {
  await queryable.query(
    `update operator_request set held_until = clock_timestamp() + make_interval(secs => $2)
     where id = $1 and state = 'asked' and held_until is not null`,
    [id, holdSeconds],
  )
}

/**
 * Takes the oldest open request of these kinds: one that nobody has taken and somebody waits for, or whose process has
 * given no sign of life. What nobody waits for any more is withdrawn.
 */
export async function takeRequest(queryable: Queryable, kinds: readonly string[]): Promise<TakenRequest | undefined> {
  const { rows } = await queryable.query(
    `with abandoned as (
       update operator_request set state = 'withdrawn', ended_at = clock_timestamp(), held_until = null
       where state = 'asked' and held_until < clock_timestamp()
     )
     update operator_request set state = 'running', attempts = attempts + 1,
       held_until = clock_timestamp() + make_interval(secs => $2)
     where id = (
       select id from operator_request
       where state in ('asked', 'running') and kind = any($1::text[])
         and (state = 'asked' and (held_until is null or held_until > clock_timestamp())
           or state = 'running' and held_until < clock_timestamp())
       order by id limit 1 for update skip locked
     )
     returning id, kind, detail, asked_by as by, reason, attempts as attempt`,
    [textArray(kinds), holdSeconds],
  )
  return (rows as TakenRequest[])[0]
}

/** Gives a sign of life, and says how far it has come. False where the request is no longer this process's to work on. */
export async function holdRequest(queryable: Queryable, taken: TakenRequest, progress?: unknown): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `update operator_request set held_until = clock_timestamp() + make_interval(secs => $3),
       progress = coalesce($4::jsonb, progress)
     where id = $1 and attempts = $2 and state = 'running'`,
    [taken.id, taken.attempt, holdSeconds, progress === undefined ? null : JSON.stringify(progress)],
  )
  return rowCount === 1
}

/** Ends a request with its result. False where it was no longer this process's to end. */
export async function endRequest(
  queryable: Queryable,
  taken: TakenRequest,
  end: { readonly state: 'done' | 'failed'; readonly result: unknown },
): Promise<boolean> {
  const { rowCount } = await queryable.query(
    `update operator_request set state = $3, result = $4, ended_at = clock_timestamp(), held_until = null
     where id = $1 and attempts = $2 and state = 'running'`,
    [taken.id, taken.attempt, end.state, JSON.stringify(end.result ?? null)],
  )
  return rowCount === 1
}

/** Gives a request back, for another process to take at once. */
export async function releaseRequest(queryable: Queryable, taken: TakenRequest): Promise<void> {
  await queryable.query(
    `update operator_request set state = 'asked', held_until = null
     where id = $1 and attempts = $2 and state = 'running'`,
    [taken.id, taken.attempt],
  )
}

/** Takes a request back that nobody waits for any more; a process that works on it hears of it and stops. */
export async function withdrawRequest(queryable: Queryable, id: number): Promise<void> {
  await queryable.query(
    `update operator_request set state = 'withdrawn', ended_at = clock_timestamp(), held_until = null
     where id = $1 and state in ('asked', 'running')`,
    [id],
  )
}

/** Reads how far a request has come; undefined where there is none of this id. */
export async function readRequest(queryable: Queryable, id: number): Promise<RequestStatus | undefined> {
  const { rows } = await queryable.query(
    `select state, attempts, progress, result,
       state = 'running' and held_until > clock_timestamp() as "inHand",
       exists (
         select from operator_request as other
         where other.kind = request.kind and other.state = 'running' and other.id <> request.id
           and other.held_until > clock_timestamp()
       ) as behind
     from operator_request as request where id = $1`,
    [id],
  )
  return (rows as RequestStatus[])[0]
}

/**
 * Removes requests that ended before the given moment, at most `limit` in one go, and says how many: call it again until
 * it says 0. Who has done what, and why, stands in the actions, which stay.
 */
export async function purgeRequests(queryable: Queryable, before: Date, limit = 5_000): Promise<number> {
  const { rowCount } = await queryable.query(
    `delete from operator_request where id = any(array(select id from operator_request where ended_at < $1 limit $2))`,
    [before, limit],
  )
  return rowCount ?? 0
}
