import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, onBatch, type HandlerContext } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type Note } from './note-streams.ts'
import { parkedRows, untilSeen, upTo } from './parked-rows.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const subjects = 1_000
const each = 5
/** One in a hundred subjects, at its third event, and only when that is tried for the first time. */
const fails = ({ subject, number }: Note): boolean => Number(subject.split('-')[1]) % 100 === 17 && number === 3

describe('at full load, one subject in a hundred begins to fail', () => {
  test.each([
    { how: 'side by side', independent: true, most: 2, by: 'throwing' },
    { how: 'one after another', independent: false, most: 2, by: 'throwing' },
    { how: 'side by side', independent: true, most: 2, by: 'a statement' },
    { how: 'many at once', independent: undefined, most: 3, by: 'throwing' },
  ] as const)(
    'events $how, failing by $by: all is handled once and in order',
    async ({ independent, most, by }) => {
      const streams = await createNoteStreams(hub)
      const failed = new Set<string>()
      let handled = 0
      const handle = async (note: Note, { transaction }: HandlerContext): Promise<void> => {
        handled += 1
        const failsNow = fails(note) && !failed.has(note.subject)
        if (failsNow && by === 'throwing' && independent !== undefined) {
          failed.add(note.subject)
          throw new RangeError('newly failing')
        }
        // A statement is blamed only once it has failed where it is watched: it fails until then.
        if (failsNow && by === 'a statement')
          await transaction.query('select 1 / 0 where $1::text is not null', [note.subject])
        await transaction.query('insert into seen (subject, number) values ($1, $2)', [note.subject, note.number])
      }
      const retries = { firstMilliseconds: 100, longestMilliseconds: 500, attempts: 1_000 }
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
          independent === undefined
            ? onBatch<string, Note, never>(
                streams.noted,
                async (events, context) => {
                  if (!mended && events.some(({ data }) => fails(data))) {
                    handled += events.length
                    throw new RangeError('one of them')
                  }
                  for (const { data } of events) await handle(data, context)
                },
                { retries },
              )
            : on(streams.noted, async ({ data }, context) => handle(data, context), { independent, retries }),
        ],
      })
      let mended = false
      const notes = manyNotes(subjects, each)
      await publishNotes(hub, streams, streams.noted, notes)
      await using running = await runHere(hub, streams, service)
      const parked = await eventually(
        'all others are handled',
        async () => {
          const rows = await parkedRows(hub, service.name)
          return (by === 'throwing' && independent !== undefined) || (rows.length === 30 && rows)
        },
        90_000,
      )
      if (parked !== true) {
        expect(parked.filter(({ state }) => state === 'retrying')).toHaveLength(10)
        for (const number of upTo(10)) failed.add(`subject-${(number - 1) * 100 + 17}`)
        mended = true
      }
      const seen = await untilSeen(hub, service.name, subjects * each)
      for (const numbers of seen.values()) expect(numbers).toEqual(upTo(each))
      expect(seen.size).toBe(subjects)
      expect(failed.size).toBe(10)
      expect(handled / notes.length).toBeLessThan(most)
      await eventually('nothing is parked', async () => (await parkedRows(hub, service.name)).length === 0)
      expect(running.url).toBeDefined()
    },
    150_000,
  )
})
