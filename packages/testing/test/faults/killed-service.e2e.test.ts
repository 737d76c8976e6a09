import { headerText } from '@samspill/contracts'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defineService, on, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import {
  createNoteStreams,
  manyNotes,
  publishNotes,
  runHere,
  serviceName,
  type NoteStreams,
} from '../kit/note-streams.ts'
import { spawnEchoService } from './spawn-service.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('a service killed with SIGKILL', () => {
  test('between database commit and offset commit has its effects once', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await publishNotes(hub, streams, streams.noted, manyNotes(8, 5))
    const kafka = (await (await hub.stack()).status()).find((part) => part.name === 'kafka')
    if (kafka?.pid === undefined) throw new Error('the broker has no pid')

    // The gate's table exists once the service has started: it is then held, and closed for what is published next.
    await using first = spawnEchoService(name, streams)
    await untilSeen(name, 40)
    const gate = await hub.schema(name).session()
    await gate.query('begin')
    await gate.query('select open from gate for update')
    await publishNotes(
      hub,
      streams,
      streams.noted,
      manyNotes(8, 5).map((note) => ({ ...note, number: note.number + 5 })),
    )
    await eventually('the service waits at the gate', async () => {
      const { rows } = await hub.schema(name).query<{ waiting: number }>(
        `select count(*)::integer as waiting from pg_stat_activity
           where application_name = $1 and wait_event_type = 'Lock'`,
        [name],
      )
      return (rows[0]?.waiting ?? 0) > 0
    })
    const committedBefore = await committedOffsets(streams, name)
    const positionBefore = await positions(name)
    process.kill(kafka.pid, 'SIGSTOP')
    try {
      await gate.query('commit')
      await eventually('the batch has committed in the database', async () => (await positions(name)) > positionBefore)
      await first.end('SIGKILL')
    } finally {
      process.kill(kafka.pid, 'SIGCONT')
    }
    await gate[Symbol.asyncDispose]()
    // The commit may have left the process before it died: the group is set back to where it stood without it.
    await setGroupBack(streams, name, committedBefore)

    await using second = spawnEchoService(name, streams)
    await untilSeen(name, 80)
    await untilEchoed(streams, 80n)
    await expectOnceAndInOrder(name, 8, 10)
    expect(await second.end('SIGTERM')).toBe(0)
  })

  test('reads everything again where all positions are lost, and its inbox lets nothing happen twice', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await publishNotes(hub, streams, streams.noted, manyNotes(8, 5))
    await using first = spawnEchoService(name, streams)
    await untilSeen(name, 40)
    await untilEchoed(streams, 40n)
    expect(await first.end('SIGTERM')).toBe(0)
    await hub.schema(name).query('delete from position')
    await setGroupBack(streams, name, new Map())

    await using second = spawnEchoService(name, streams)
    await eventually('everything is read again', async () => (await positions(name)) === 40)
    await publishNotes(
      hub,
      streams,
      streams.noted,
      manyNotes(8, 1).map((note) => ({ ...note, number: 6 })),
    )
    await untilSeen(name, 48)
    await untilEchoed(streams, 48n)
    await expectOnceAndInOrder(name, 8, 6)
    expect(await second.end('SIGTERM')).toBe(0)
    expect(new Set(await readEchoIds(streams)).size).toBe(48)
  })

  test('again and again under load, with its relay, loses nothing and does nothing twice', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    const publishing = publishNotes(hub, streams, streams.noted, manyNotes(40, 100))
    for (let kill = 0; kill < 4; kill += 1) {
      await using service = spawnEchoService(name, streams)
      const before = await seen(name)
      await eventually('the service has handled more', async () => (await seen(name)) > before, 60_000)
      await service.end('SIGKILL')
    }
    await publishing
    await using last = spawnEchoService(name, streams)
    await untilSeen(name, 4000)
    await untilEchoed(streams, 4000n)
    await expectOnceAndInOrder(name, 40, 100)
    expect(await last.end('SIGTERM')).toBe(0)
  })

  test('between send and mark sends again, and whoever reads it takes it once', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await using first = spawnEchoService(name, streams)
    await eventually('the outbox is there', async () => (await outboxRows(name)) !== undefined)
    const database = hub.schema(name)
    // Deleting a sent row waits for a lock that the test holds: the relay stands between send and mark.
    await database.query(`create function hold() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(4711); return old; end $$`)
    await database.query('create trigger hold before delete on outbox for each row execute function hold()')
    const holder = await database.session()
    await holder.query('select pg_advisory_lock(4711)')
    await publishNotes(hub, streams, streams.noted, manyNotes(6, 5))
    await untilEchoed(streams, 6n)
    await first.end('SIGKILL')
    await database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and pid <> pg_backend_pid()
       and pid <> $2`,
      [name, (await holder.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid],
    )
    await holder[Symbol.asyncDispose]()
    // None of what was sent has been marked.
    expect(await outboxRows(name)).toBe(await seen(name))

    await using second = spawnEchoService(name, streams)
    await untilSeen(name, 30)
    await eventually('the outbox is empty', async () => (await outboxRows(name)) === 0, 60_000)
    const echoes = await readEchoIds(streams)
    expect(echoes.length).toBeGreaterThan(30)
    expect(new Set(echoes).size).toBe(30)

    const listener = hearing(streams)
    await using listening = await runHere(hub, streams, listener)
    await eventually(
      'the listener has read all that was sent',
      async () => (await positions(listener.name)) === echoes.length,
    )
    const heard = await hub.schema(listener.name).query<{ n: number }>('select count(*) as n from heard')
    expect(heard.rows).toEqual([{ n: 30 }])
    expect(listening.url).toBeDefined()
    expect(await second.end('SIGTERM')).toBe(0)
  })
})

describe('a service told to stop with SIGTERM', () => {
  test('finishes its batch, commits to the group, leaves it, and exits with 0', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    await publishNotes(hub, streams, streams.noted, manyNotes(10, 20))
    await using service = spawnEchoService(name, streams)
    await untilSeen(name, 200)
    expect(await service.end('SIGTERM')).toBe(0)
    expect(await committed(streams, name)).toBe(200)
    expect(await positions(name)).toBe(200)
  })
})

/** A service that keeps every echo it hears. */
function hearing(streams: NoteStreams): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: streams.agency,
    migrations: [{ number: 1, name: 'heard', sql: 'create table heard (subject text, number bigint)' }],
    subscriptions: [
      on(streams.echoed, async ({ data }, { transaction }) => {
        await transaction.query('insert into heard values ($1, $2)', [data.subject, data.number])
      }),
    ],
  })
}

async function untilSeen(service: string, count: number): Promise<void> {
  await eventually(`${count} events handled`, async () => (await seen(service)) >= count, 60_000)
}

async function seen(service: string): Promise<number> {
  const { rows } = await hub.schema(service).query<{ there: string | null }>(`select to_regclass('seen') as there`)
  if (rows[0]?.there === null) return 0
  const counted = await hub.schema(service).query<{ n: number }>('select count(*) as n from seen')
  return counted.rows[0]?.n ?? 0
}

async function positions(service: string): Promise<number> {
  const { rows } = await hub
    .schema(service)
    .query<{ n: number }>('select coalesce(sum(next_offset), 0)::bigint as n from position')
  return rows[0]?.n ?? 0
}

async function committed(streams: NoteStreams, service: string): Promise<number> {
  return [...(await committedOffsets(streams, service)).values()].reduce((sum, offset) => sum + Number(offset), 0)
}

async function committedOffsets(streams: NoteStreams, service: string): Promise<Map<number, bigint>> {
  const group = `${hub.config.principal}.${service}`
  const offsets = await hub.kafka.topics.committed(group, [streams.notes.stream.name])
  return new Map(offsets.map(({ partition, offset }) => [partition, offset]))
}

/** Sets a group that has no members any more to these offsets, and to 0 elsewhere. */
async function setGroupBack(
  streams: NoteStreams,
  service: string,
  offsets: ReadonlyMap<number, bigint>,
): Promise<void> {
  const { stream } = streams.notes
  const admin = new Kafka({ brokers: [...hub.config.kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const groupId = `${hub.config.principal}.${service}`
  await eventually('the group has no members', async () => {
    const { groups } = await admin.describeGroups([groupId])
    return groups.every(({ members }) => members.length === 0)
  })
  await admin.setOffsets({
    groupId,
    topic: stream.name,
    partitions: Array.from({ length: stream.partitions }, (_, partition) => ({
      partition,
      offset: String(offsets.get(partition) ?? 0),
    })),
  })
  await admin.disconnect()
}

async function outboxRows(service: string): Promise<number | undefined> {
  const { rows } = await hub.schema(service).query<{ there: string | null }>(`select to_regclass('outbox') as there`)
  if (rows[0]?.there === null) return undefined
  return (await hub.schema(service).query<{ n: number }>('select count(*) as n from outbox')).rows[0]?.n
}

async function untilEchoed(streams: NoteStreams, count: bigint): Promise<void> {
  await eventually(
    `${count} echoes`,
    async () => {
      const ends = await hub.kafka.topics.logEnds(streams.echoes.stream.name)
      return ends.reduce((sum, { earliest, latest }) => sum + latest - earliest, 0n) >= count
    },
    60_000,
  )
}

async function expectOnceAndInOrder(service: string, subjects: number, each: number): Promise<void> {
  const { rows } = await hub
    .schema(service)
    .query<{ numbers: number[] }>('select array_agg(number order by at) as numbers from seen group by subject')
  expect(rows).toHaveLength(subjects)
  for (const { numbers } of rows) expect(numbers).toEqual(Array.from({ length: each }, (_, index) => index + 1))
}

async function readEchoIds(streams: NoteStreams): Promise<string[]> {
  const ids: string[] = []
  const reader = await hub.kafka.reader().run({
    group: `${streams.agency}.audit`,
    topics: [streams.echoes.stream.name],
    onBatch: async ({ records }) => {
      for (const { headers } of records) ids.push(String(headerText(headers, 'ce_id')))
      await Promise.resolve()
    },
  })
  const ends = await hub.kafka.topics.logEnds(streams.echoes.stream.name)
  const written = ends.reduce((sum, { earliest, latest }) => sum + latest - earliest, 0n)
  await eventually('all echoes are read', () => BigInt(ids.length) >= written)
  await reader.stop({ drainMilliseconds: 1_000 })
  return ids
}
