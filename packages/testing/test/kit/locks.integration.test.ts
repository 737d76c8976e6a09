import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName } from './note-streams.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('events about one person', () => {
  test('never run at the same time in one service, also from two streams and in two processes', async () => {
    const streams = await createNoteStreams(hub)
    const readModifyWrite = async (
      { data }: { readonly data: { readonly subject: string } },
      { transaction }: { readonly transaction: import('@samspill/service').Transaction },
    ): Promise<void> => {
      const { rows } = await transaction.query<{ n: number }>('select n from tally where subject = $1', [data.subject])
      const before = rows[0]?.n ?? 0
      await transaction.query('insert into tally values ($1, $2) on conflict (subject) do update set n = excluded.n', [
        data.subject,
        before + 1,
      ])
    }
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      migrations: [{ number: 1, name: 'tally', sql: 'create table tally (subject text primary key, n integer)' }],
      subscriptions: [on(streams.noted, readModifyWrite), on(streams.echoed, readModifyWrite, { independent: true })],
    })
    await using first = await runHere(hub, streams, service, { batchSize: 20 })
    await using second = await runHere(hub, streams, service, { batchSize: 20 })
    await Promise.all([
      publishNotes(hub, streams, streams.noted, manyNotes(15, 40)),
      publishNotes(hub, streams, streams.echoed, manyNotes(15, 40)),
    ])

    const tallies = await eventually('1200 events in the tallies', async () => {
      const { rows } = await hub.schema(service.name).query<{ subject: string; n: number }>('select * from tally')
      return rows.reduce((sum, { n }) => sum + n, 0) >= 1200 && rows
    })
    expect(tallies.map(({ n }) => n)).toEqual(Array.from({ length: 15 }, () => 80))
    expect(first.url).not.toBe(second.url)
  })

  test('lead to events about other people, crosswise, and no deadlock is anybody’s failure', async () => {
    const streams = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      publishes: [streams.echoed],
      subscriptions: [
        on(streams.noted, ({ data }) => {
          const own = Number(data.subject.replace('subject-', ''))
          // Each tells its neighbours on both sides: every batch publishes about everybody, in its own order.
          return [(own + 1) % 20, (own + 19) % 20].map((neighbour) =>
            streams.echoed({ subject: `subject-${neighbour}`, number: data.number }),
          )
        }),
      ],
    })
    await using first = await runHere(hub, streams, service, { batchSize: 25 })
    await using second = await runHere(hub, streams, service, { batchSize: 25 })
    await publishNotes(hub, streams, streams.noted, manyNotes(20, 50))

    const published = await eventually('2000 echoes', async () => {
      const ends = await hub.kafka.topics.logEnds(streams.echoes.stream.name)
      const count = ends.reduce((sum, { earliest, latest }) => sum + latest - earliest, 0n)
      return count >= 2000n && count
    })
    expect(published).toBe(2000n)
    const { rows } = await hub.schema(service.name).query('select * from position where stopped_since is not null')
    expect(rows).toEqual([])
    expect(first.url).not.toBe(second.url)
  })

  test('survive handlers that lock shared rows in opposite orders', async () => {
    const streams = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      migrations: [
        {
          number: 1,
          name: 'shared',
          sql: `create table shared (name text primary key, n integer); insert into shared values ('left', 0), ('right', 0)`,
        },
      ],
      subscriptions: [
        on(streams.noted, async ({ data }, { transaction }) => {
          const order = data.subject.length % 2 === data.number % 2 ? ['left', 'right'] : ['right', 'left']
          for (const name of order) await transaction.query('update shared set n = n + 1 where name = $1', [name])
        }),
      ],
    })
    await using first = await runHere(hub, streams, service, { batchSize: 5 })
    await using second = await runHere(hub, streams, service, { batchSize: 5 })
    await publishNotes(hub, streams, streams.noted, manyNotes(12, 20))

    const shared = await eventually('240 on both sides', async () => {
      const { rows } = await hub.schema(service.name).query<{ n: number }>('select n from shared')
      return rows.every(({ n }) => n >= 240) && rows
    })
    expect(shared.map(({ n }) => n)).toEqual([240, 240])
    expect(first.url).not.toBe(second.url)
  })
})
