import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, serviceName } from '../kit/note-streams.ts'
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

async function untilStarted(service: string): Promise<void> {
  await eventually('the service has its tables', async () => {
    const { rows } = await hub.schema(service).query<{ there: string | null }>(`select to_regclass('seen') as there`)
    return rows[0]?.there !== null
  })
}
