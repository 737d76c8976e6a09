import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { delaysOf, percentile } from './delays.ts'
import { layoff, openOffice } from './layoff-office.ts'
import { businessInsert, eventIdOf } from './tables.ts'

/**
 * How long after its commit an event is acknowledged, at 500 transactions a second: the median, and the 99th percentile
 * in `also`, in milliseconds.
 */
export async function commitToAcknowledged(stage: BenchStage, round: Round): Promise<Measured> {
  await using office = await openOffice(stage)
  await using opened = new AsyncDisposableStack()
  const pool = opened.adopt(new pg.Pool({ connectionString: office.config.database.url, max: 8 }), (open) => open.end())
  const acknowledgedAt = new Map<string, number>()
  office.onAcknowledged = (eventId) => void acknowledgedAt.set(eventId, performance.now())
  const transaction = async (number: number): Promise<void> => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query(businessInsert(office.schema, layoff(number)))
      office.nextId = () => eventIdOf(number)
      await office.publish(client, [layoff(number)])
      await client.query('commit')
      office.relay.wake()
    } finally {
      client.release()
    }
  }
  const times = await delaysOf({ transaction, acknowledgedAt, from: 0, seconds: round.seconds })
  return { value: percentile(times, 0.5), also: { p99: percentile(times, 0.99) } }
}
