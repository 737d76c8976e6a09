import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { readConfig } from '@samspill/config'
import { eventSource } from '@samspill/contracts'
import { openOutbox, type OutboxDoor } from '@samspill/service'
import type { HistoryLine } from '../history/history-lines.ts'
import { openJournal } from '../history/journal.ts'
import { scheduleOf, sharesOf, type Due } from './open-loop.ts'
import { outboxSchema, readSetting, streamsOfRun, systems } from './run-setting.ts'
import { untilStarted } from './starting-signal.ts'
import { workOff } from './work-off.ts'

/*
 * An agency that publishes from the transactions of its own database: each writes business rows and their events. A
 * COMMIT whose answer is lost is not repeated: whether it stands is for the database to say, in the end.
 */
const setting = readSetting()
const { agency, load } = setting
const { registered } = streamsOfRun(setting)
const config = readConfig(process.env)
const schema = outboxSchema(agency)
const workers = 4

await using door = await openOutbox({ agency, system: systems.outbox, publishes: [registered], config, schema })
using journal = openJournal(setting.journal)
const schedule = scheduleOf({
  stream: registered.stream.name,
  source: eventSource(agency, systems.outbox),
  events: load.events.outbox,
  subjects: load.subjects,
  milliseconds: load.milliseconds,
  seed: 1,
})
const startedAt = await untilStarted()
await Promise.all(
  sharesOf(schedule, workers).map(async (share) => {
    const connection = new BusinessConnection()
    await workOff(share, startedAt, { most: 50, publish: (due) => publish(connection, due) })
    await connection.close()
  }),
)

/** Until it is known to have committed, or nobody can know. */
async function publish(connection: BusinessConnection, due: readonly Due[]): Promise<void> {
  for (;;) {
    const outcome = await connection.commit(due, door)
    if (outcome === 'committed') {
      door.wake()
      journal.write(due.map(({ at: _at, ...event }): HistoryLine => ({ kind: 'acknowledged', ...event })))
    }
    if (outcome !== 'rolled-back') return
    await wait(100)
  }
}

/** One connection of the agency's own, opened again after each failure. */
class BusinessConnection {
  #client: pg.Client | undefined

  async commit(due: readonly Due[], outbox: OutboxDoor): Promise<'committed' | 'rolled-back' | 'unknown'> {
    let isCommitting = false
    try {
      const client = await this.#connected()
      await client.query('begin')
      await client.query(
        `insert into business (id, subject, number)
         select * from unnest($1::text[], $2::text[], $3::bigint[])`,
        [due.map(({ id }) => id), due.map(({ subject }) => subject), due.map(({ number }) => number)],
      )
      await outbox.publish(
        client,
        due.map(({ id, subject, number, series }) => registered({ subject, number, series }, { id })),
      )
      isCommitting = true
      const { command } = await client.query('commit')
      return command === 'COMMIT' ? 'committed' : 'rolled-back'
    } catch (error) {
      process.stderr.write(`the agency's transaction failed${isCommitting ? ' in its COMMIT' : ''}: ${String(error)}\n`)
      await this.close()
      return isCommitting ? 'unknown' : 'rolled-back'
    }
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = undefined
    // A connection that broke cannot be ended in peace, and need not be.
    await client?.end().catch((error: unknown) => process.stderr.write(`${String(error)}\n`))
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== undefined) return this.#client
    const client = new pg.Client({ connectionString: config.database.url, keepAlive: true, connectionTimeoutMillis: 5_000 })
    client.on('error', (error) => process.stderr.write(`the agency's connection broke: ${error.message}\n`))
    await client.connect()
    await client.query(`set search_path to "${schema}"`)
    this.#client = client
    return client
  }
}
