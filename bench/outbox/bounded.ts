import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { layoff, openOffice } from './layoff-office.ts'

const perTransaction = 500
const mostWaiting = 20_000

/**
 * Sends many events through one outbox and looks at its size on disk, indexes included, once a second: the largest, in
 * megabytes, and in `also` how much larger the second half of the events made it than the first.
 */
export async function sizeOfOutbox(stage: BenchStage, round: Round): Promise<Measured> {
  const events = round.long ? 10_000_000 : 200_000
  await using office = await openOffice(stage)
  await using opened = new AsyncDisposableStack()
  const pool = opened.adopt(new pg.Pool({ connectionString: office.config.database.url, max: 2 }), (open) => open.end())
  const largest = { firstHalf: 0, secondHalf: 0 }
  const look = async (): Promise<void> => {
    const { rows } = await pool.query('select pg_total_relation_size($1::regclass)::float8 as bytes', [
      `${office.schema}.outbox`,
    ])
    const half = office.acknowledged < events / 2 ? 'firstHalf' : 'secondHalf'
    largest[half] = Math.max(largest[half], (rows as { bytes: number }[])[0]?.bytes ?? 0)
  }
  let over = false
  const looking = (async () => {
    for (; !over; await wait(1_000)) await look()
  })()
  for (let written = 0; written < events; written += perTransaction) {
    while (written - office.acknowledged > mostWaiting) await wait(5)
    const client = await pool.connect()
    await client.query('begin')
    await office.publish(
      client,
      Array.from({ length: perTransaction }, (_, at) => layoff(written + at)),
    )
    await client.query('commit')
    client.release()
    office.relay.wake()
  }
  while (office.acknowledged < events) await wait(10)
  await look()
  over = true
  await looking
  return {
    value: Math.max(largest.firstHalf, largest.secondHalf) / 2 ** 20,
    also: { growth: largest.secondHalf / Math.max(1, largest.firstHalf) },
  }
}
