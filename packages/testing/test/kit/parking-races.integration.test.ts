import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName } from './note-streams.ts'
import { parkedRows, untilSeen, upTo } from './parked-rows.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const subjects = 24
const each = 60

describe('subjects that are parked and freed all the time, while their next events come in', () => {
  test.each([{ independent: true }, { independent: false }])(
    'are handled once and in order by three processes that take partitions from each other (independent: $independent)',
    async ({ independent }) => {
      const streams = await createNoteStreams(hub)
      const tried = new Set<string>()
      const service = defineService({
        name: serviceName(),
        agency: streams.agency,
        migrations: [
          {
            number: 1,
            name: 'seen',
            sql: 'create table seen (at bigserial, subject text, number bigint, unique (subject, number))',
          },
        ],
        subscriptions: [
          on(
            streams.noted,
            async ({ data, id }, { transaction }) => {
              const first = !tried.has(id)
              tried.add(id)
              if (first && data.number % 7 === Number(data.subject.split('-')[1]) % 7) throw new RangeError('not yet')
              await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
            },
            { independent, retries: { attempts: 1_000, firstMilliseconds: 1, longestMilliseconds: 20 } },
          ),
        ],
      })
      await using first = await runHere(hub, streams, service, { batchSize: 7 })
      const notes = manyNotes(subjects, each)
      const publishing = (async () => {
        for (let from = 0; from < notes.length; from += subjects * 2) {
          await publishNotes(hub, streams, streams.noted, notes.slice(from, from + subjects * 2))
          await wait(60)
        }
      })()
      await using second = await runHere(hub, streams, service, { batchSize: 11 })
      await wait(1_500)
      {
        await using third = await runHere(hub, streams, service, { batchSize: 3 })
        await wait(1_500)
        expect(third.url).not.toBe(second.url)
      }
      await publishing
      const seen = await untilSeen(hub, service.name, subjects * each)
      for (const numbers of seen.values()) expect(numbers).toEqual(upTo(each))
      await eventually('nothing is parked', async () => (await parkedRows(hub, service.name)).length === 0)
      expect(first.url).not.toBe(second.url)
    },
    150_000,
  )
})
