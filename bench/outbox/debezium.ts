import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '@samspill/config'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { startJava } from '../harness/java.ts'
import { processorSeconds } from '../harness/processor-time.ts'
import { delaysOf, percentile } from './delays.ts'
import { layoff, topicOfOffice } from './layoff-office.ts'
import { startLogicalDatabase } from './logical-database.ts'
import { businessInsert, eventIdOf, plainInsert, tablesOf } from './tables.ts'

const folder = join(import.meta.dirname, 'java')
const schema = 'office'
const warmUpMilliseconds = 60_000
/** It is slower than the inserts: what it has not yet sent is bounded, so that its own pace is measured. */
const mostWaiting = 2_000

/**
 * Debezium embedded beside plain inserts, warmed up for a minute: how many events it brings to Kafka's acknowledgement
 * in a second, and then how long after their commit at 500 a second, in milliseconds.
 */
export function throughDebezium(connections: number) {
  return async (stage: BenchStage, round: Round): Promise<Measured> => {
    await using database = await startLogicalDatabase(stage)
    await using opened = new AsyncDisposableStack()
    const pool = opened.adopt(new pg.Pool({ connectionString: database.url, max: connections }), (open) => open.end())
    // The server is stopped while connections that the pool has let go are still closing.
    pool.on('error', () => undefined)
    await pool.query(`create schema ${schema}`)
    await pool.query(tablesOf(schema))
    const offsets = join(database.folder, 'offsets')
    await mkdir(offsets)
    const { hostname, port, pathname, username } = new URL(database.url)
    const acknowledgedAt = new Map<string, number>()
    let started = false
    const { kafka } = readConfig({ ...process.env, ...stage.environment })
    const topic = topicOfOffice(stage)
    const program = opened.use(
      await startJava(stage, {
        name: 'bench-outbox',
        pom: join(folder, 'pom.xml'),
        source: join(folder, 'Relay.java'),
        parameters: [
          kafka.brokers.join(','),
          ...[hostname, port, username, pathname.slice(1), `${schema}.plain`, offsets],
        ],
        onLine: (line) => {
          started ||= line === 'started'
          const [id = '', microseconds] = line.split(' ')
          if (microseconds !== undefined) acknowledgedAt.set(id, Number(microseconds) / 1_000 - performance.timeOrigin)
        },
      }),
    )
    const transaction = async (number: number): Promise<void> => {
      const client = await pool.connect()
      await client.query('begin')
      await client.query(businessInsert(schema, layoff(number)))
      await client.query(plainInsert(schema, { id: eventIdOf(number), topic, layoff: layoff(number) }))
      await client.query('commit')
      client.release()
    }
    const measuring = async (): Promise<Measured> => {
      while (!started) await wait(50)
      let begun = 0
      let over = false
      const workers = Array.from({ length: connections }, async () => {
        while (!over) {
          if (begun - acknowledgedAt.size > mostWaiting) await wait(1)
          else await transaction(begun++)
        }
      })
      await wait(warmUpMilliseconds)
      const used = (): number => processorSeconds(database.pid)
      const before = {
        count: acknowledgedAt.size,
        at: performance.now(),
        postgres: used(),
        java: processorSeconds(program.pid),
      }
      await wait(round.seconds * 1_000)
      const count = acknowledgedAt.size - before.count
      const perSecond = (count * 1_000) / (performance.now() - before.at)
      const postgres = ((used() - before.postgres) * 1e6) / count
      const java = ((processorSeconds(program.pid) - before.java) * 1e6) / count
      over = true
      await Promise.all(workers)
      const times = await delaysOf({ transaction, acknowledgedAt, from: begun, seconds: round.seconds })
      return {
        value: perSecond,
        also: { cpu: java, postgres, p50: percentile(times, 0.5), p99: percentile(times, 0.99) },
      }
    }
    return await Promise.race([measuring(), program.failure])
  }
}
