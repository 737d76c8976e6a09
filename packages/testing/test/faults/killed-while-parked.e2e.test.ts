import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName } from '../kit/note-streams.ts'
import { numbersBySubject, untilParked, untilSeen, upTo } from '../kit/parked-rows.ts'
import { spawnEchoService } from './spawn-service.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('a service killed with SIGKILL', () => {
  test('while a subject is parked goes on with it where it stood, in order', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    const notes = manyNotes(8, 10)
    await publishNotes(
      hub,
      streams,
      streams.noted,
      notes.filter(({ number }) => number <= 3),
    )
    await using first = spawnEchoService(name, streams)
    await untilStarted(name)
    await untilSeen(hub, name, 24)
    await hub.schema(name).query(`insert into failing values ('subject-5')`)
    await publishNotes(
      hub,
      streams,
      streams.noted,
      notes.filter(({ number }) => number > 3 && number <= 6),
    )
    await untilSeen(hub, name, 24 + 21)
    await untilParked(hub, name, 3)
    await first.end('SIGKILL')

    await using second = spawnEchoService(name, streams)
    await publishNotes(
      hub,
      streams,
      streams.noted,
      notes.filter(({ number }) => number > 6),
    )
    await untilSeen(hub, name, 70 + 3)
    expect((await untilParked(hub, name, 7)).map(({ event_id }) => event_id)).toHaveLength(7)
    await hub.schema(name).query('delete from failing')
    await untilSeen(hub, name, 80)
    for (const numbers of (await numbersBySubject(hub, name)).values()) expect(numbers).toEqual(upTo(10))
    expect(second.pid).not.toBe(first.pid)
  })
})

describe('while the broker does not answer', () => {
  test('parked events are tried again, and handled in order', async () => {
    const streams = await createNoteStreams(hub)
    let mended = false
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
      subscriptions: [
        on(
          streams.noted,
          async ({ data }, { transaction }) => {
            if (data.subject === 'subject-2' && !mended) throw new RangeError('not yet')
            await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
          },
          { retries: { attempts: 1_000, firstMilliseconds: 100, longestMilliseconds: 500 } },
        ),
      ],
    })
    await publishNotes(hub, streams, streams.noted, manyNotes(4, 5))
    await using running = await runHere(hub, streams, service)
    await untilSeen(hub, service.name, 15)
    await untilParked(hub, service.name, 5)
    const kafka = (await (await hub.stack()).status()).find((part) => part.name === 'kafka')
    if (kafka?.pid === undefined) throw new Error('the broker has no pid')
    process.kill(kafka.pid, 'SIGSTOP')
    try {
      mended = true
      const numbers = await untilSeen(hub, service.name, 20)
      expect(numbers.get('subject-2')).toEqual(upTo(5))
    } finally {
      process.kill(kafka.pid, 'SIGCONT')
    }
    expect(running.url).toBeDefined()
  })
})

async function untilStarted(service: string): Promise<void> {
  await eventually('the service has its tables', async () => {
    const { rows } = await hub.schema(service).query<{ there: string | null }>(`select to_regclass('seen') as there`)
    return rows[0]?.there !== null
  })
}
