import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@samspill/postgres'
import { percentile } from '../harness/statistics.ts'
import type { Measured } from '../harness/bench.ts'
import type { Published } from './open-loop.ts'

/** What every contender writes: one row per event, with the moment at which the event was due. */
export const handledTable = 'create table handled (due_at bigint not null)'

const longestWaitSeconds = 60

/** Waits until so many events are handled. Rejects where it takes longer than a minute. */
export async function handledCount(database: Database, atLeast: number): Promise<void> {
  const started = performance.now()
  for (;;) {
    if ((await countOf(database)) >= atLeast) return
    if (performance.now() - started > longestWaitSeconds * 1000) {
      throw new Error(`only ${await countOf(database)} of ${atLeast} events were handled in ${longestWaitSeconds} s`)
    }
    await wait(100)
  }
}

/** How long the events took from the moment they were due to the commit that wrote their row. */
export async function latenciesOf(database: Database, published: Published, rate: number): Promise<Measured> {
  const { rows } = await database.query<{ readonly late: number }>(
    `select (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1e6 - due_at)::float8 / 1000 as late
     from handled where due_at between $1 and $2`,
    [published.from, published.to],
  )
  if (rows.length !== published.count) throw new Error(`${published.count} were published, ${rows.length} handled`)
  const late = Float64Array.from(rows, (row) => Number(row.late)).sort()
  return {
    value: percentile(late, 0.99),
    also: { p50: percentile(late, 0.5), p999: percentile(late, 0.999), rate },
  }
}

async function countOf(database: Database): Promise<number> {
  try {
    const { rows } = await database.query<{ readonly count: number }>('select count(*)::integer as count from handled')
    return rows[0]?.count ?? 0
  } catch (error) {
    // The service makes its own table when it starts.
    if (error instanceof Error && 'sqlState' in error && error.sqlState === '42P01') return 0
    throw error
  }
}
