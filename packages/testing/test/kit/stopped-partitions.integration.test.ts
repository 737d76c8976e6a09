import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Kafka, CompressionTypes, logLevel } from 'kafkajs'
import { defineService, on, PermanentFailure, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

interface StoppedRow {
  readonly topic: string
  readonly partition: number
  readonly stopped_offset: number
  readonly stopped_code: string
  readonly stopped_reason: string
}

describe('a failing handler', () => {
  test('stops its partition at the guilty event, lets all else go on, and goes on by itself when it succeeds', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    let mended = false
    const service = defineService({
      name,
      agency: streams.agency,
      migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
      subscriptions: [
        on(streams.noted, async ({ data }, { transaction }) => {
          if (data.subject === 'subject-3' && data.number === 5 && !mended) {
            throw new PermanentFailure('the register answers in a form nobody expected')
          }
          await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
        }),
      ],
    })
    await publishNotes(hub, streams, streams.noted, manyNotes(24, 10))
    await using running = await runHere(hub, streams, service)

    const [stopped, ...others] = await untilStopped(name)
    expect(others).toEqual([])
    expect(stopped).toMatchObject({ topic: streams.notes.stream.name, stopped_code: 'permanent-failure' })
    expect(stopped?.stopped_reason).toBe('the register answers in a form nobody expected')
    const before = await eventually('the other partitions are handled', async () => {
      const counts = await countsBySubject(name)
      return [...counts.values()].filter((count) => count === 10).length >= 12 && counts
    })
    expect(before.get('subject-3')).toBe(4)

    mended = true
    const after = await eventually('everything is handled', async () => {
      const counts = await countsBySubject(name)
      return [...counts.values()].reduce((sum, count) => sum + count, 0) === 240 && counts
    })
    expect(new Set(after.values())).toEqual(new Set([10]))
    expect(await stoppedRows(name)).toEqual([])
    expect(running.url).toBeDefined()
  })
})

describe('a service that stops while its very first event fails', () => {
  test('handles that event when it comes back', async () => {
    const streams = await createNoteStreams(hub)
    const name = serviceName()
    const definition = (fails: boolean): ServiceDefinition =>
      defineService({
        name,
        agency: streams.agency,
        migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
        subscriptions: [
          on(streams.noted, async ({ data }, { transaction }) => {
            if (fails) throw new Error('not yet')
            await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
          }),
        ],
      })
    await publishNotes(hub, streams, streams.noted, manyNotes(1, 10))
    const failing = await runHere(hub, streams, definition(true))
    await untilStopped(name)
    await failing[Symbol.asyncDispose]()

    await using mended = await runHere(hub, streams, definition(false))
    const counts = await eventually('all ten are handled', async () => {
      const found = await countsBySubject(name)
      return found.get('subject-0') === 10 && found
    })
    expect(counts).toEqual(new Map([['subject-0', 10]]))
    expect(mended.url).toBeDefined()
  })
})

describe('a record that cannot be read', () => {
  test.each([
    { what: 'garbage bytes', value: Buffer.from('not avro at all'), code: 'decode-not-framed' },
    { what: 'a schema id that the registry does not know', value: framed(2_000_000_000), code: 'schema-unknown' },
  ])('stops its partition with the reason: $what', async ({ value, code }) => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    await publishNotes(hub, streams, streams.noted, manyNotes(12, 5))
    await writeRaw(streams, [{ key: 'odd', value }])
    await publishNotes(hub, streams, streams.noted, manyNotes(12, 5))
    await using running = await runHere(hub, streams, service)

    const [stopped, ...others] = await untilStopped(service.name)
    expect(others).toEqual([])
    expect(stopped?.stopped_code).toBe(code)
    const otherPartitions = await eventually('the other partitions are handled', async () => {
      const counts = await countsBySubject(service.name)
      return [...counts.values()].filter((count) => count === 10).length >= 6 && counts
    })
    expect(otherPartitions.size).toBeGreaterThan(6)
    expect(running.url).toBeDefined()
  })

  test('is a gzip bomb that stops its partition and costs no memory', async () => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    await publishNotes(hub, streams, streams.noted, manyNotes(12, 5))
    await writeRaw(streams, [{ key: 'odd', value: Buffer.alloc(200 * 1024 * 1024) }], CompressionTypes.GZIP)
    const before = process.memoryUsage().rss
    await using running = await runHere(hub, streams, service)

    const [stopped] = await untilStopped(service.name)
    expect(stopped?.stopped_code).toBe('record-damaged')
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
    expect(gzipSync(Buffer.alloc(1024 * 1024)).length).toBeLessThan(2048)
    expect(running.url).toBeDefined()
  })

  test('is an id that was used with other content', async () => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 1, id: 'one' }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 1, id: 'one' }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 2, id: 'one' }])
    await using running = await runHere(hub, streams, service)

    const [stopped] = await untilStopped(service.name)
    expect(stopped?.stopped_code).toBe('id-reused')
    expect(await countsBySubject(service.name)).toEqual(new Map([['a', 1]]))
    expect(running.url).toBeDefined()
  })
})

function counting(streams: NoteStreams): ServiceDefinition {
  return defineService({
    name: serviceName(),
    agency: streams.agency,
    migrations: [{ number: 1, name: 'seen', sql: 'create table seen (at bigserial, subject text, number bigint)' }],
    subscriptions: [
      on(streams.noted, async ({ data }, { transaction }) => {
        await transaction.query('insert into seen (subject, number) values ($1, $2)', [data.subject, data.number])
      }),
    ],
  })
}

function framed(schemaId: number): Buffer {
  const value = Buffer.alloc(8)
  value.writeInt32BE(schemaId, 1)
  return value
}

async function writeRaw(
  streams: NoteStreams,
  messages: { readonly key: string; readonly value: Buffer }[],
  compression = CompressionTypes.None,
): Promise<void> {
  const kafka = new Kafka({ brokers: [...hub.config.kafka.brokers], logLevel: logLevel.ERROR })
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: streams.notes.stream.name, messages, compression })
  await producer.disconnect()
}

async function untilStopped(service: string): Promise<readonly StoppedRow[]> {
  return await eventually('a partition is stopped', async () => {
    const rows = await stoppedRows(service)
    return rows.length > 0 && rows
  })
}

async function stoppedRows(service: string): Promise<readonly StoppedRow[]> {
  const { rows } = await hub
    .schema(service)
    .query<StoppedRow>(
      `select topic, partition, stopped_offset, stopped_code, stopped_reason from position where stopped_since is not null`,
    )
  return rows
}

async function countsBySubject(service: string): Promise<Map<string, number>> {
  const { rows } = await hub
    .schema(service)
    .query<{ subject: string; count: number }>('select subject, count(*)::integer as count from seen group by subject')
  return new Map(rows.map(({ subject, count }) => [subject, count]))
}
