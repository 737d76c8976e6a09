import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { partSeconds } from '../harness/processor-time.ts'
import { layoff, openOffice, topicOfOffice, type LayoffOffice } from './layoff-office.ts'
import { businessInsert, eventIdOf, plainInsert } from './tables.ts'

/** How many transactions with one business row and one event come to Kafka's acknowledgement in a second. */
export function throughHub(connections: number) {
  return (stage: BenchStage, round: Round): Promise<Measured> =>
    measure(stage, round, connections, {
      async transaction(client, office, number) {
        const person = layoff(number)
        await client.query('begin')
        await client.query(businessInsert(office.schema, person))
        await office.publish(client, [person])
        await client.query('commit')
        office.relay.wake()
      },
      finished: async (office, committed) => {
        while (office.acknowledged < committed()) await wait(1)
      },
    })
}

/** The same two rows, written as one would without a hub; nothing is relayed. */
export function throughPlainInserts(connections: number) {
  return (stage: BenchStage, round: Round): Promise<Measured> => {
    const topic = topicOfOffice(stage)
    return measure(stage, round, connections, {
      async transaction(client, office, number) {
        const person = layoff(number)
        await client.query('begin')
        await client.query(businessInsert(office.schema, person))
        await client.query(plainInsert(office.schema, { id: eventIdOf(number), topic, layoff: person }))
        await client.query('commit')
      },
      finished: () => Promise.resolve(),
    })
  }
}

interface Way {
  transaction(client: pg.Client, office: LayoffOffice, number: number): Promise<void>
  /** Resolves when all that was committed is where it has to go. */
  finished(office: LayoffOffice, committed: () => number): Promise<void>
}

async function measure(stage: BenchStage, round: Round, connections: number, way: Way): Promise<Measured> {
  await using office = await openOffice(stage)
  const clients = await Promise.all(Array.from({ length: connections }, () => connect(office)))
  let begun = 0
  let committed = 0
  let over = false
  const workers = clients.map(async (client) => {
    while (!over) {
      await way.transaction(client, office, begun++)
      committed += 1
    }
  })
  await wait(5_000)
  const before = { committed, at: performance.now(), cpu: process.cpuUsage(), postgres: partSeconds(stage, 'postgres') }
  await wait(round.seconds * 1000)
  over = true
  await Promise.all(workers)
  await way.finished(office, () => committed)
  const perSecond = (committed - before.committed) / ((performance.now() - before.at) / 1000)
  const count = committed - before.committed
  const { user, system } = process.cpuUsage(before.cpu)
  const postgres = (partSeconds(stage, 'postgres') - before.postgres) * 1e6
  await Promise.all(clients.map((client) => client.end()))
  return { value: perSecond, also: { cpu: (user + system) / count, postgres: postgres / count } }
}

async function connect({ config }: LayoffOffice): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: config.database.url })
  await client.connect()
  return client
}
