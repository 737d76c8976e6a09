import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectTestHub, eventually, type TestHub } from '@samspill/testing'
import { DeadNotes, samspill } from './dead-notes.ts'

const why = ['--reason', 'the register is mended', '--by', 'operator'] as const
const subjects = Array.from({ length: 8 }, (_, index) => `subject-${index}`)
const good = Array.from({ length: 12 }, (_, index) => `good-${index}`)

let hub: TestHub
beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

test('a redrive that two people start, and whose service is killed midway, handles each event once and in order', async () => {
  const notes = await DeadNotes.create(hub)
  {
    await using first = await notes.run()
    await notes.refuse(...subjects.map((subject) => ({ subject, number: 1 })))
    await notes.publish(good.map((subject) => ({ subject, number: 1 })))
    await notes.publish(subjects.flatMap((subject) => [1, 2, 3].map((number) => ({ subject, number }))))
    await notes.untilParked(24)
    expect(first.url).toBeDefined()
  }
  await notes.mend()
  const gate = await notes.database.session()
  {
    await using killed = notes.spawn()
    await gate.query('begin')
    await gate.query('select open from gate for update')
    const both = await Promise.all([
      samspill('dead', 'redrive', notes.service, '--no-wait', '--json', ...why),
      samspill('dead', 'redrive', notes.service, '--no-wait', '--json', ...why),
    ])
    const taken = both.map(({ text }) => (JSON.parse(text) as { readonly deadLetters: number }).deadLetters)
    expect(taken.toSorted()).toEqual([0, 8])
    await eventually(
      'a handler is under way',
      async () => {
        const waiting = `select count(*)::integer as n from pg_stat_activity
          where application_name = $1 and wait_event_type = 'Lock'`
        return ((await notes.database.query<{ n: number }>(waiting, [notes.service])).rows[0]?.n ?? 0) > 0
      },
      60_000,
    )
    expect(killed).toBeDefined()
  }
  await gate.query('rollback')
  await gate[Symbol.asyncDispose]()
  expect(Object.keys(await notes.seen())).toHaveLength(good.length)

  await using left = notes.spawn()
  const { text, exitCode } = await samspill('dead', 'redrive', notes.service, ...why)
  expect([text, exitCode]).toEqual(['No dead letter is meant by this.', 0])
  await eventually('nothing is parked', async () => (await notes.parked()).length === 0, 60_000)
  const seen = await notes.seen()
  for (const subject of subjects) expect(seen[subject]).toEqual([1, 2, 3])
  for (const subject of good) expect(seen[subject]).toEqual([1])
  await eventually('all is echoed, once', async () => {
    const ends = await hub.kafka.topics.logEnds(`${notes.agency}.echoes`)
    return ends.reduce((sum, { latest }) => sum + latest, 0n) === BigInt(good.length + subjects.length * 3)
  })
  expect(left).toBeDefined()
})
