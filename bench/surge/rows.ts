import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { SurgeRun } from './streams.ts'

const longestStartSeconds = 60

/**
 * Waits until the municipality has a row for each layoff. Gives layoffs per second from the first row of all, so that
 * starting the processes and joining the groups is left out. Rejects where rows are missing or doubled.
 */
export async function layoffsPerSecond(stage: BenchStage, run: SurgeRun, size: number): Promise<number> {
  const url = stage.environment['SAMSPILL_DATABASE'] ?? ''
  await using database = openDatabase({ url, maxConnections: 1, log: silentLog })
  const rowsIn = async (table: string, what: 'count(*)' | 'max(at)'): Promise<number> => {
    try {
      const { rows } = await database.query<{ n: number | null }>(`select ${what} as n from ${table}`)
      return Number(rows[0]?.n ?? 0)
    } catch (error) {
      // The processes make their tables themselves.
      if (error instanceof Error && 'sqlState' in error && ['42P01', '3F000'].includes(String(error.sqlState))) return 0
      throw error
    }
  }
  const [layoffs, drafts] = [`"${run.agency}".layoff`, `"${run.municipality}".draft`]
  const asked = performance.now()
  while ((await rowsIn(layoffs, 'max(at)')) === 0) {
    if (performance.now() - asked > longestStartSeconds * 1000) throw new Error('no layoff was handled in a minute')
    await wait(20)
  }
  const started = performance.now()
  while ((await rowsIn(drafts, 'max(at)')) < size || (await rowsIn(drafts, 'count(*)')) < size) await wait(50)
  const seconds = (performance.now() - started) / 1000
  for (const table of [layoffs, drafts]) {
    const found = await rowsIn(table, 'count(*)')
    if (found !== size) throw new Error(`${size} were laid off, and ${table} has ${found} rows`)
  }
  return size / seconds
}
