import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { layoff, openOffice } from './layoff-office.ts'

const perSecond = 500

/**
 * How long after its commit an event is acknowledged, with 500 transactions a second that begin at their times however
 * long the ones before take: the median, and the 99th percentile in `also`, in milliseconds.
 */
export async function commitToAcknowledged(stage: BenchStage, round: Round): Promise<Measured> {
  await using office = await openOffice(stage)
  await using opened = new AsyncDisposableStack()
  const pool = opened.adopt(new pg.Pool({ connectionString: office.config.database.url, max: 8 }), (open) => open.end())
  const committed = new Map<string, number>()
  const acknowledged = new Map<string, number>()
  office.onAcknowledged = (eventId) => void acknowledged.set(eventId, performance.now())
  const one = async (number: number): Promise<void> => {
    const client = await pool.connect()
    const id = randomUUID()
    try {
      await client.query('begin')
      await client.query(
        `insert into ${office.schema}.layoff (person, employer, percent) values ($1, '912345678', 50)`,
        [layoff(number).subject],
      )
      office.nextId = () => id
      await office.publish(client, [layoff(number)])
      await client.query('commit')
      if (measuring) committed.set(id, performance.now())
      office.relay.wake()
    } finally {
      client.release()
    }
  }
  let measuring = false
  const start = performance.now()
  const warmUpSeconds = 3
  const count = perSecond * (warmUpSeconds + round.seconds)
  const underWay: Promise<void>[] = []
  for (let number = 0; number < count;) {
    measuring = number >= perSecond * warmUpSeconds
    const due = Math.min(count, Math.floor(((performance.now() - start) * perSecond) / 1000) + 1)
    for (; number < due; number += 1) underWay.push(one(number))
    await wait(1)
  }
  await Promise.all(underWay)
  while ([...committed.keys()].some((id) => !acknowledged.has(id))) await wait(10)
  const times = [...committed].map(([id, at]) => Math.max(0, (acknowledged.get(id) ?? Number.NaN) - at))
  times.sort((one, other) => one - other)
  const percentile = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN
  return { value: Math.max(0.001, percentile(0.5)), also: { p99: Math.max(0.001, percentile(0.99)) } }
}
