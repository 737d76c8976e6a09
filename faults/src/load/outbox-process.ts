import { setTimeout as wait } from 'node:timers/promises'
import { readConfig } from '@samspill/config'
import { eventSource } from '@samspill/contracts'
import { openOutbox } from '@samspill/service'
import type { HistoryLine } from '../history/history-lines.ts'
import type { Journal } from '../history/journal.ts'
import { BusinessConnection } from './business-connection.ts'
import { scheduleOf, sharesOf, type Due } from './open-loop.ts'
import { outboxSchema, readSetting, streamsOfRun, systems } from './run-setting.ts'
import { workOffOrders, type LoadOrder } from './load-orders.ts'
import { workOff } from './work-off.ts'

/*
 * An agency that publishes from the transactions of its own database: each writes business rows and their events. A
 * COMMIT whose answer is lost is not repeated: whether it stands is for the database to say, in the end.
 */
const setting = readSetting()
const { agency } = setting
const { registered } = streamsOfRun(setting)
const config = readConfig(process.env)
const schema = outboxSchema(agency)
const workers = 4

await using door = await openOutbox({
  agency,
  system: systems.outbox,
  publishes: [registered],
  config,
  schema,
  relay: 'elsewhere',
})
await workOffOrders(async ({ run, load, startAt }: LoadOrder, journal) => {
  const { events, subjects, milliseconds } = load
  const [stream, source] = [registered.stream.name, eventSource(agency, systems.outbox)]
  const schedule = scheduleOf({ run, stream, source, events: events.outbox, subjects, milliseconds, seed: 1 })
  await Promise.all(
    sharesOf(schedule, workers).map(async (share) => {
      const connection = new BusinessConnection({ url: config.database.url, schema, publish: publishAll })
      await workOff(share, startAt, { most: 50, publish: (due) => commit(connection, due, journal) })
      await connection.close()
    }),
  )
})

/** Until it is known to have committed, or nobody can know. */
async function commit(connection: BusinessConnection, due: readonly Due[], journal: Journal): Promise<void> {
  for (;;) {
    const outcome = await connection.commit(due)
    if (outcome === 'committed') {
      journal.write(due.map(({ at: _at, ...event }): HistoryLine => ({ kind: 'acknowledged', ...event })))
    }
    if (outcome !== 'rolled-back') return
    await wait(100)
  }
}

async function publishAll(transaction: Parameters<typeof door.publish>[0], due: readonly Due[]): Promise<void> {
  await door.publish(
    transaction,
    due.map(({ id, subject, number, series }) => registered({ subject, number, series }, { id })),
  )
}
