import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOutbox, type OutboxDoor } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, type NoteStreams } from './note-streams.ts'

let hub: TestHub
let streams: NoteStreams
let client: Client

beforeAll(async () => {
  hub = await connectTestHub()
  streams = await createNoteStreams(hub)
  client = new Client({ connectionString: hub.config.database.url })
  await client.connect()
})
afterAll(async () => {
  await client.end()
  await hub[Symbol.asyncDispose]()
})

test('a process that relays nothing itself writes to the outbox, and tells the one that relays it', async () => {
  const schema = `register_${randomBytes(4).toString('hex')}`
  await using writing = await open(schema, 'elsewhere')
  await publish(writing, 1, 'commit')
  await publish(writing, 2, 'rollback')
  writing.wake()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect(await waiting(schema), 'nobody relays yet').toBe(1)
  expect(await sent()).toBe(0)

  await using relaying = await open(schema, 'here')
  await eventually('the one that was committed is sent', async () => (await sent()) === 1)
  await publish(writing, 3, 'commit')
  writing.wake()
  await publish(relaying, 4, 'commit')
  relaying.wake()
  await eventually('both are sent, whoever wrote them', async () => (await sent()) === 3)
  await eventually('nothing waits any more', async () => (await waiting(schema)) === 0)
})

async function open(schema: string, relay: 'here' | 'elsewhere'): Promise<OutboxDoor> {
  return await openOutbox({
    agency: streams.agency,
    system: 'register',
    publishes: [streams.noted],
    config: hub.configWith([streams.secret]),
    schema,
    relay,
  })
}

async function publish(door: OutboxDoor, number: number, end: 'commit' | 'rollback'): Promise<void> {
  await client.query('begin')
  await door.publish(client, streams.noted({ subject: 'subject-1', number }))
  await client.query(end)
}

async function waiting(schema: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from "${schema}".outbox`)
  return Number(rows[0]?.count)
}

async function sent(): Promise<number> {
  const ends = await hub.kafka.topics.logEnds(streams.noted.stream.name)
  return ends.reduce((sum, { latest }) => sum + Number(latest), 0)
}
