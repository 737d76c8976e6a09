import { bigintArray, bytesArray, textArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import type { Queryable } from '../queryable.ts'
import { conditionOf, type DeadLetterFilter } from './dead-letters.ts'
import { writeAction, type Responsibility } from './operator-action.ts'

/** Subjects whose parked events were let go again. Holds record keys: nothing for a terminal or a log. */
export interface Redriven {
  /** When the last of them is due. */
  readonly lastDue: Date
  readonly subjects: readonly RedrivenSubject[]
  /** The dead letters, and all that waited behind them. */
  readonly events: number
}

interface RedrivenSubject {
  readonly id: number
  readonly stream: string
  readonly key: Buffer
  /** The last that waited behind it then. */
  readonly last: number
}

/**
 * Lets dead letters run again, and what is tried again by itself where it is named by id: each is due at once, or so many a
 * second, and then those behind it, in order. Writes down
 * who did it and why, in the same transaction; nothing is written where no dead letter is meant.
 */
export async function redrive(
  database: Pick<Database, 'transaction'>,
  filter: DeadLetterFilter,
  options: Responsibility & { readonly perSecond?: number },
): Promise<Redriven> {
  return await database.transaction(async (transaction) => {
    const { where, values } = conditionOf(filter)
    const rate = `$${values.push(options.perSecond ?? null)}`
    const meant = filter.ids === undefined ? `state = 'dead'` : `(state = 'dead' or retry_at is not null)`
    const { rows } = await transaction.query<RedrivenSubject & { readonly events: number; readonly due: Date }>(
      `with chosen as (
         select id from parked_event where ${meant} and ${where} order by id for update
       ), numbered as (
         select id, row_number() over (order by id) - 1 as number from chosen
       )
       update parked_event as parked set state = 'retrying', attempts = 0, died_at = null,
         retry_at = statement_timestamp() + coalesce(number / ${rate}::float8, 0) * interval '1 second'
       from numbered where parked.id = numbered.id
       returning parked.id, stream, key, retry_at as due,
         (select max(id) from parked_event as line where line.stream = parked.stream and line.key = parked.key) as last,
         (select count(*) from parked_event as line where line.stream = parked.stream and line.key = parked.key) as events`,
      values,
    )
    const events = rows.reduce((sum, row) => sum + row.events, 0)
    // They may be more than a call takes arguments.
    const lastDue = new Date(rows.reduce((last, { due }) => Math.max(last, due.getTime()), 0))
    if (rows.length > 0) {
      const counts = [...Map.groupBy(rows, ({ stream }) => stream)].map(([stream, own]) => [stream, own.length])
      const what = {
        deadLetters: rows.length,
        events,
        streams: Object.fromEntries(counts) as Record<string, number>,
        ids: rows
          .map(({ id }) => id)
          .toSorted((one, other) => one - other)
          .slice(0, idsKept),
        ...(options.perSecond === undefined ? {} : { perSecond: options.perSecond }),
      }
      await writeAction(transaction, { by: options.by, reason: options.reason, action: 'redrive', what })
    }
    return { lastDue, events, subjects: rows.map(({ id, stream, key, last }) => ({ id, stream, key, last })) }
  })
}

/** What has become of redriven events by now. */
export interface RedriveProgress {
  /** Handled, with what waited behind them. */
  readonly handled: number
  /** Not tried yet, or their turn has not come. */
  readonly waiting: number
  /** Dead once more: what waits behind them waits on. */
  readonly deadAgain: readonly FailedAgain[]
  /** Failed once more, and tried again by themselves. */
  readonly failedAgain: readonly FailedAgain[]
}

interface FailedAgain {
  readonly id: number
  readonly stream: string
  readonly code: string
  readonly reason: string
  readonly behind: number
}

/** Looks at what has become of redriven events. Discarded ones count as handled. */
export async function redriveProgress(queryable: Queryable, redriven: Redriven): Promise<RedriveProgress> {
  const { rows } = await queryable.query(
    `select first.id, asked.stream, first.state, first.code, first.reason, line.count::integer as left,
       first.failed_at is not null and first.state = 'retrying' and first.attempts > 0 as "failedAgain"
     from unnest($1::text[], $2::bytea[], $3::bigint[]) as asked (stream, key, last)
     cross join lateral (
       select id, state, code, reason, failed_at, attempts from parked_event as parked
       where parked.stream = asked.stream and parked.key = asked.key order by id limit 1
     ) as first
     cross join lateral (
       select count(*) from parked_event as parked
       where parked.stream = asked.stream and parked.key = asked.key and parked.id <= asked.last
     ) as line
     where first.id <= asked.last`,
    [
      textArray(redriven.subjects.map(({ stream }) => stream)),
      bytesArray(redriven.subjects.map(({ key }) => key)),
      bigintArray(redriven.subjects.map(({ last }) => BigInt(last))),
    ],
  )
  const lines = rows as StoredLine[]
  const failed = (line: StoredLine): FailedAgain => ({
    id: line.id,
    stream: line.stream,
    code: line.code ?? '',
    reason: line.reason ?? '',
    behind: line.left - 1,
  })
  const left = lines.reduce((sum, line) => sum + line.left, 0)
  const dead = lines.filter(({ state }) => state === 'dead')
  const failedAgain = lines.filter((line) => line.failedAgain)
  const waiting = lines.filter((line) => line.state !== 'dead' && !line.failedAgain)
  return {
    handled: redriven.events - left,
    waiting: waiting.reduce((sum, line) => sum + line.left, 0),
    deadAgain: dead.map(failed),
    failedAgain: failedAgain.map(failed),
  }
}

interface StoredLine {
  readonly id: number
  readonly stream: string
  readonly state: string
  readonly code: string | null
  readonly reason: string | null
  readonly left: number
  readonly failedAgain: boolean
}

/** An entry of what was done names so many ids; the count is always whole. */
const idsKept = 1_000
