import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { timestamp } from '@samspill/contracts'
import { openDatabase } from '@samspill/postgres'
import { defineService, on, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { layLine } from './cut-line.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type Note } from './note-streams.ts'
import { parkedRows, untilSeen, upTo } from './parked-rows.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

const subjects = 60
const day = 24 * 60 * 60 * 1_000
const outageMilliseconds = 6_000
const outageDays = 3
const silent = { debug() {}, info() {}, warn() {}, error() {} }

describe('an outage of 72 hours', () => {
  test('of a database downstream ends with no dead letter, and all of it handled in order', async () => {
    const streams = await createNoteStreams(hub)
    await using line = await layLine(hub.config.database.url)
    await using downstream = openDatabase({ url: line.url, maxConnections: 4, log: silent })
    const service = noting(streams, async () => {
      await downstream.query('select 1')
    })
    await endsWithoutDeadLetters(streams, service, {
      begin: () => line.cut(),
      end: async () => await line.mend(),
    })
  })

  test('in which each handler throws something that counts as its own fault, ends the same way', async () => {
    const streams = await createNoteStreams(hub)
    let away = false
    const service = noting(streams, () => {
      if (away) throw new RangeError('the register answered 500')
    })
    await endsWithoutDeadLetters(streams, service, {
      begin() {
        away = true
      },
      async end() {
        away = false
        await Promise.resolve()
      },
    })
  })
})

describe('a stream whose subjects all fail', () => {
  test('is told of, leaves the service’s other streams alone, and is not counted by a process that reads nothing of it', async () => {
    const streams = await createNoteStreams(hub)
    let away = true
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      migrations: [seen],
      subscriptions: [
        on(streams.noted, async ({ data }, { transaction }) => {
          if (away) throw new RangeError('the register answered 500')
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
        }),
        on(streams.echoed, async ({ data }, { transaction }) => {
          const echo = `echo of ${data.subject}`
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [echo, data.number])
        }),
      ],
    })
    await publishNotes(hub, streams, streams.noted, manyNotes(subjects, 5))
    await using first = await runHere(hub, streams, service)
    const { notes } = streams
    const ready = await eventually('it says that the service fails', async () => {
      const answer = await fetch(`${first.url}/health/ready`)
      const text = await answer.text()
      return text.includes('service-failing') && text
    })
    expect(ready).toContain(`most subjects of ${notes.stream.name} fail at once`)
    expect(await (await fetch(`${first.url}/metrics`)).text()).toMatch(
      new RegExp(
        String.raw`samspill_breaker_open\{[^}]*stream="${notes.stream.name.replace('.', String.raw`\.`)}"[^}]*\} 1`,
      ),
    )
    await publishNotes(hub, streams, streams.echoed, manyNotes(3, 2))
    await untilSeen(hub, service.name, 6)
    const parked = (await parkedRows(hub, service.name)).length
    expect(parked).toBeLessThan(subjects)

    // Where nothing is left to read, as all of it waits in Kafka for the first process.
    await using second = await runHere(hub, streams, service)
    await eventually('the second process has heard of it', async () => {
      return (await (await fetch(`${second.url}/health/ready`)).text()).includes('service-failing')
    })
    const before = Math.max(0, ...(await parkedRows(hub, service.name)).map(({ attempts }) => attempts))
    await wait(3_000)
    const after = Math.max(0, ...(await parkedRows(hub, service.name)).map(({ attempts }) => attempts))
    expect(after).toBeLessThanOrEqual(before + 1)

    away = false
    const numbers = await untilSeen(hub, service.name, subjects * 5 + 6)
    for (const number of upTo(subjects)) expect(numbers.get(`subject-${number - 1}`)).toEqual(upTo(5))
    await eventually('both say that all is well', async () => {
      const answers = await Promise.all([first, second].map(({ url }) => fetch(`${url}/health/ready`)))
      return answers.every(({ ok }) => ok)
    })
  })
})

type Streams = Awaited<ReturnType<typeof createNoteStreams>>

const seen = {
  number: 1,
  name: 'seen',
  sql: 'create table seen (at bigserial, subject text, number bigint, unique (subject, number))',
}

function noting(streams: Streams, before: (note: Note) => Promise<void> | void): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: streams.agency,
    migrations: [seen],
    subscriptions: [
      on(streams.noted, async ({ data }, { transaction }) => {
        await before(data)
        await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
      }),
    ],
  })
}

/** Publishes before, during and after an outage; the service's clock runs so fast that it lasts for days. */
async function endsWithoutDeadLetters(
  streams: Streams,
  service: ServiceDefinition,
  outage: { begin(): void; end(): Promise<void> },
): Promise<void> {
  const start = Date.now()
  const speed = (outageDays * day) / outageMilliseconds
  const now = () => timestamp(start + Math.round((Date.now() - start) * speed))
  const notes = (from: number, to: number): Note[] => manyNotes(subjects, to).filter(({ number }) => number >= from)
  await publishNotes(hub, streams, streams.noted, notes(1, 3))
  await using running = await runHere(hub, streams, service, { now, batchSize: 100 })
  await untilSeen(hub, service.name, subjects * 3)

  outage.begin()
  const began = now()
  for (let number = 4; number <= 9; number += 1) {
    await publishNotes(hub, streams, streams.noted, notes(number, number))
    await wait(outageMilliseconds / 6)
  }
  expect(now() - began).toBeGreaterThanOrEqual(outageDays * day)
  const parked = await parkedRows(hub, service.name)
  expect(parked.filter(({ state }) => state === 'dead')).toEqual([])
  expect(parked.length).toBeLessThan(subjects * 3)

  await outage.end()
  await publishNotes(hub, streams, streams.noted, notes(10, 10))
  const numbers = await untilSeen(hub, service.name, subjects * 10)
  for (const number of upTo(subjects)) expect(numbers.get(`subject-${number - 1}`)).toEqual(upTo(10))
  await eventually('nothing is parked', async () => (await parkedRows(hub, service.name)).length === 0)
  expect(running.url).toBeDefined()
}
