import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectRegistry } from '@samspill/avro'
import { registrySubject } from '@samspill/contracts'
import type { RunningStack } from '@samspill/local'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { defineService, on } from '@samspill/service'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName } from '../kit/note-streams.ts'
import type { NoteStreams } from '../kit/note-streams.ts'
import { untilParked } from '../kit/parked-rows.ts'
import { spawnEchoService } from './spawn-service.ts'

let hub: TestHub
let stack: RunningStack

beforeAll(async () => {
  hub = await connectTestHub()
  stack = await hub.stack()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('while a part of the hub is away', () => {
  test('the broker is killed and restarted during publishing: nothing acknowledged is lost, order holds', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await using service = spawnEchoService(name, streams)
    await publishNotes(hub, streams, streams.noted, manyNotes(30, 1))
    await untilSeen(name, 30)
    const publishing = inSteps(streams, 30, 40)
    await stack.stopPart('kafka', 'SIGKILL')
    await stack.startPart('kafka')
    await publishing
    await untilSeen(name, 30 * 41)
    await expectInOrder(name, 30, 41)
    expect(await service.end('SIGTERM')).toBe(0)
  })

  test('the registry is killed: known schemas flow, and the ids are the same when it is back', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await using service = spawnEchoService(name, streams)
    await publishNotes(hub, streams, streams.noted, manyNotes(10, 1))
    await untilSeen(name, 10)
    const before = await idsOf(streams)
    await stack.stopPart('registry', 'SIGKILL')
    try {
      await inSteps(streams, 10, 5)
      await untilSeen(name, 60)
    } finally {
      await stack.startPart('registry')
    }
    expect(await idsOf(streams)).toEqual(before)
    await expectInOrder(name, 10, 6)
    expect(await service.end('SIGTERM')).toBe(0)
  })

  test('the registry is killed: events of schemas that are not known yet wait, use up no attempt, and go on in order', async () => {
    const streams = await createNoteStreams(hub)
    const service = defineService({
      name: serviceName(),
      agency: streams.agency,
      migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
      subscriptions: [
        on(streams.noted, async ({ data }, { transaction }) => {
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
        }),
      ],
    })
    await using running = await runHere(hub, streams, service)
    await stack.stopPart('registry', 'SIGKILL')
    try {
      await publishNotes(hub, streams, streams.noted, manyNotes(4, 3))
      const rows = await untilParked(hub, service.name, 12)
      expect(rows.filter(({ state }) => state === 'retrying')).toHaveLength(4)
      expect(new Set(rows.map(({ attempts }) => attempts))).toEqual(new Set([0]))
      expect(rows[0]?.code).toBe('registry-unavailable')
    } finally {
      await stack.startPart('registry')
    }
    await untilSeen(service.name, 12)
    await expectInOrder(service.name, 4, 3)
    expect(running.url).toBeDefined()
  })

  test('the database is killed: the service waits, comes back by itself, and does nothing twice', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await using service = spawnEchoService(name, streams)
    await publishNotes(hub, streams, streams.noted, manyNotes(20, 1))
    await untilSeen(name, 20)
    await stack.stopPart('postgres', 'SIGKILL')
    await inSteps(streams, 20, 10)
    await stack.startPart('postgres')
    await untilSeen(name, 20 * 11)
    await expectInOrder(name, 20, 11)
    expect(await service.end('SIGTERM')).toBe(0)
  })
})

/** Publishes `steps` more notes of each subject, one step after another; number 1 has been published before. */
async function inSteps(streams: NoteStreams, subjects: number, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) {
    const notes = manyNotes(subjects, 1).map((note) => ({ ...note, number: step + 2 }))
    await publishNotes(hub, streams, streams.noted, notes)
  }
}

async function idsOf(streams: NoteStreams): Promise<number[]> {
  const registry = connectRegistry({ url: hub.config.registry.url })
  const contracts = [streams.noted, streams.echoed]
  return await Promise.all(
    contracts.map(({ stream, type, schema }) => registry.idOf(registrySubject(stream, type), schema)),
  )
}

async function untilSeen(service: string, count: number): Promise<void> {
  await eventually(
    `${count} events handled`,
    async () => {
      const { rows } = await hub.schema(service).query<{ there: string | null }>(`select to_regclass('seen') as there`)
      if (rows[0]?.there === null) return false
      const counted = await hub.schema(service).query<{ n: number }>('select count(*) as n from seen')
      return (counted.rows[0]?.n ?? 0) >= count
    },
    90_000,
  )
}

async function expectInOrder(service: string, subjects: number, each: number): Promise<void> {
  const { rows } = await hub
    .schema(service)
    .query<{ numbers: number[] }>('select array_agg(number order by at) as numbers from seen group by subject')
  expect(rows).toHaveLength(subjects)
  for (const { numbers } of rows) expect(numbers).toEqual(Array.from({ length: each }, (_, index) => index + 1))
}
