import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Kafka, CompressionTypes, logLevel } from 'kafkajs'
import { keyOfSubject } from '@samspill/contracts'
import { redrive, redriveProgress } from '@samspill/postgres'
import { defineService, on, type ServiceDefinition } from '@samspill/service'
import { connectTestHub, eventually, type TestHub } from '../../src/index.ts'
import { createNoteStreams, manyNotes, publishNotes, runHere, serviceName, type NoteStreams } from './note-streams.ts'
import { parkedRows, untilParked, untilSeen, upTo, type ParkedRow } from './parked-rows.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await connectTestHub()
})
afterAll(async () => {
  await hub[Symbol.asyncDispose]()
})

describe('a record that cannot be read', () => {
  test.each([
    { what: 'garbage bytes', value: Buffer.from('not avro at all'), code: 'decode-not-framed' },
    { what: 'a schema id that the registry does not know', value: framed(2_000_000_000), code: 'schema-unknown' },
  ])(
    'is a dead letter under its key, and whatever else has that key waits behind it: $what',
    async ({ value, code }) => {
      const streams = await createNoteStreams(hub)
      const service = counting(streams)
      const key = keyOfSubject(streams.notes.stream, 'subject-3', streams.secret)
      await publishNotes(hub, streams, streams.noted, manyNotes(12, 5))
      await writeRaw(streams, [{ key, value, headers: { tracestate: 'vendor=kept' } }])
      await publishNotes(
        hub,
        streams,
        streams.noted,
        manyNotes(12, 10).filter(({ number }) => number > 5),
      )
      await using running = await runHere(hub, streams, service)

      const numbers = await untilSeen(hub, service.name, 12 * 10 - 5)
      expect(numbers.get('subject-3')).toEqual(upTo(5))
      expect(numbers.get('subject-4')).toEqual(upTo(10))
      const [dead, ...behind] = await parkedRows(hub, service.name)
      expect(dead).toMatchObject({ state: 'dead', code, event_id: null, key: Buffer.from(key).toString('hex') })
      expect(decodedHeaders(dead)).toContainEqual(['tracestate', 'vendor=kept'])
      expect(behind.map(({ state }) => state)).toEqual(Array.from({ length: 5 }, () => 'waiting'))
      expect(await stoppedRows(service.name)).toEqual([])

      // What a person does when a record holds nothing: what waited goes on, in order.
      await hub.schema(service.name).query(`update parked_event set retry_at = now() where id = (
      select min(id) from parked_event where state = 'waiting')`)
      await hub.schema(service.name).query(`delete from parked_event where state = 'dead'`)
      const after = await untilSeen(hub, service.name, 12 * 10)
      expect(after.get('subject-3')).toEqual(upTo(10))
      expect(running.url).toBeDefined()
    },
  )

  test.each([
    { what: 'a zero byte', id: 'one\0two' },
    { what: 'more than an index holds', id: randomBytes(3_000).toString('hex') },
  ])('is one whose id has $what: no database could keep it, and the partition goes on', async ({ id }) => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    await publishNotes(hub, streams, streams.noted, [
      { subject: 'a', number: 1 },
      { subject: 'a', number: 2, id },
      { subject: 'a', number: 3 },
      ...manyNotes(6, 1),
    ])
    await using running = await runHere(hub, streams, service)

    await untilSeen(hub, service.name, 7)
    expect(await untilParked(hub, service.name, 2)).toMatchObject([
      { state: 'dead', code: 'id-invalid', event_id: null },
      { state: 'waiting' },
    ])
    expect(running.url).toBeDefined()
  })

  test('is one whose key is longer than an index holds: no other waits for it, and no redrive takes it for good', async () => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    const key = randomBytes(3_000).toString('hex')
    await writeRaw(streams, [
      { key, value: Buffer.from('not avro at all') },
      { key, value: Buffer.from('nor this') },
      { key: `${key}+`, value: Buffer.from('nor that') },
    ])
    await publishNotes(hub, streams, streams.noted, manyNotes(12, 2))
    await using running = await runHere(hub, streams, service)

    await untilSeen(hub, service.name, 24)
    const states = async (): Promise<readonly string[]> =>
      (await parkedRows(hub, service.name)).map(({ state, code }) => `${state} ${code}`).toSorted()
    const expected = ['dead key-too-long', 'dead key-too-long', 'waiting null']
    expect(await states()).toEqual(expected)
    const redriven = await redrive(hub.schema(service.name), {}, { by: 'kari', reason: 'to see' })
    await eventually(
      'they are dead again',
      async () => (await redriveProgress(hub.schema(service.name), redriven)).deadAgain.length === 2,
    )
    expect(await states()).toEqual(expected)
    expect(running.url).toBeDefined()
  })

  test('is an id that was used with other content', async () => {
    const streams = await createNoteStreams(hub)
    const service = counting(streams)
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 1, id: 'one' }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 1, id: 'one' }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 2, id: 'one' }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'a', number: 3 }])
    await publishNotes(hub, streams, streams.noted, [{ subject: 'b', number: 1 }])
    await using running = await runHere(hub, streams, service)

    const rows = await untilParked(hub, service.name, 2)
    expect(rows).toMatchObject([{ state: 'dead', code: 'id-reused', event_id: 'one' }, { state: 'waiting' }])
    expect(await untilSeen(hub, service.name, 2)).toEqual(
      new Map([
        ['a', [1]],
        ['b', [1]],
      ]),
    )
    expect(running.url).toBeDefined()
  })
})

describe('a batch of records that hides even their keys', () => {
  test('stops its partition until a person decides, and costs no memory: a gzip bomb', async () => {
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
})

interface StoppedRow {
  readonly topic: string
  readonly partition: number
  readonly stopped_offset: number
  readonly stopped_code: string
  readonly stopped_reason: string
}

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
  messages: { readonly key: string; readonly value: Buffer; readonly headers?: Record<string, string> }[],
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

/** What stands in a row's headers: a count, then length and text of each name and value; all short here. */
function decodedHeaders(row: ParkedRow | undefined): readonly (readonly [string, string])[] {
  const bytes = row?.headers ?? Buffer.of(0)
  let offset = 1
  const text = (): string => {
    const length = (bytes[offset] ?? 0) / 2
    offset += 1 + length
    return bytes.subarray(offset - length, offset).toString()
  }
  return Array.from({ length: (bytes[0] ?? 0) / 2 }, () => [text(), text()] as const)
}
