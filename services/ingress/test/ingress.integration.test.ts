import { randomUUID } from 'node:crypto'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { createCodecs, frame } from '@samspill/avro'
import { registrySubject } from '@samspill/contracts'
import { layoffRegistered } from '@samspill/schemas'
import { eventually } from '@samspill/testing'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIngress, type RunningIngress } from '../src/start-ingress.ts'
import { kari, layoff, layoffData, ola } from './door.ts'

interface ReadEvent {
  readonly id: string
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: Readonly<Record<string, unknown>>
  readonly partition: number
  readonly offset: string
}

const environment = (name: string): string => {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: this test needs the running stack, see npm test`)
  return value
}
const run = randomUUID().slice(0, 8)
const read = new Map<string, ReadEvent>()
const stopping: (() => Promise<unknown>)[] = []
let ingress: RunningIngress
let registry: SchemaRegistry

beforeAll(async () => {
  const brokers = environment('SAMSPILL_KAFKA').split(',')
  registry = new SchemaRegistry({ host: environment('SAMSPILL_REGISTRY') })
  ingress = await startIngress({ ...process.env, SAMSPILL_HTTP_PORT: '0', SAMSPILL_LOG_LEVEL: 'warn' })
  stopping.push(async () => ingress[Symbol.asyncDispose]())
  await eventually('ingress is ready', async () => (await fetch(`${ingress.url}/health/ready`)).status === 200)

  const kafka = new Kafka({ clientId: 'stock', brokers, logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `stock-${run}` })
  await consumer.connect()
  stopping.push(async () => consumer.disconnect())
  await consumer.subscribe({ topic: 'nav.layoffs', fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const headers = Object.fromEntries(
        Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
      )
      const id = headers['ce_id'] ?? ''
      if (!id.endsWith(run) || message.value === null) return
      const data = (await registry.decode(message.value)) as ReadEvent['data']
      read.set(id, { id, key: String(message.key), headers, data, partition, offset: message.offset })
    },
  })
})
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop()
})

async function post(url: string, body: BodyOf, headers: Record<string, string>) {
  const response = await fetch(`${url}/events`, { method: 'POST', headers, body })
  return { status: response.status, headers: response.headers, json: (await response.json()) as Answer }
}
type BodyOf = NonNullable<RequestInit['body']>
interface Answer {
  readonly code?: string
  readonly results: readonly { readonly status: string; readonly partition: number; readonly offset: number }[]
}

function arrived(id: string): Promise<ReadEvent> {
  return eventually(`the stock client has read ${id}`, () => read.get(id))
}

describe('a stock client that knows nothing of the hub', () => {
  it('reads an event that was posted as JSON, with its CloudEvents headers', async () => {
    const id = `single-${run}`
    const answer = await post(ingress.url, JSON.stringify(layoff({ id })), {
      'content-type': 'application/cloudevents+json',
    })
    expect(answer).toMatchObject({ status: 202, json: { results: [{ status: 'accepted' }] } })
    const event = await arrived(id)
    expect(event.data).toMatchObject({
      person: kari,
      employer: '974600951',
      employmentId: 'arbeidsforhold-1',
      end: null,
    })
    expect(event.headers).toMatchObject({
      ce_specversion: '1.0',
      ce_source: '/nav/aareg',
      ce_type: 'nav.layoffs.LayoffRegistered',
      ce_time: '2020-03-20T08:30:00.000Z',
      ce_subject: event.key,
      ce_correlationid: id,
      'content-type': 'application/avro',
    })
    expect(event.key).toMatch(/^[\w-]{22}$/)
    const [result] = answer.json.results
    expect([event.partition, event.offset]).toEqual([result?.partition, String(result?.offset)])
  })

  it('reads a batch in the order of its events, each subject under one key', async () => {
    const people = [kari, ola, kari, ola, kari]
    const ids = people.map((_person, index) => `batch-${index}-${run}`)
    const events = people.map((person, index) => layoff({ id: ids[index], data: layoffData({ person }) }))
    const answer = await post(ingress.url, JSON.stringify(events), {
      'content-type': 'application/cloudevents-batch+json',
    })
    expect(answer.status).toBe(202)
    const arrivals = await Promise.all(ids.map(arrived))
    for (const person of [kari, ola]) {
      const own = arrivals.filter((event) => event.data['person'] === person)
      expect(new Set(own.map((event) => event.key)).size).toBe(1)
      const offsets = own.map((event) => Number(event.offset))
      expect(offsets).toEqual(offsets.toSorted((one, other) => one - other))
    }
  })

  it('reads an event that was posted as framed Avro', async () => {
    const codec = createCodecs().of(layoffRegistered)
    const data = codec.fromJson(layoffData({ person: ola }))
    if ('problems' in data) throw new Error('the sample is not a layoff')
    const schemaId = await registry.getLatestSchemaId(registrySubject(layoffRegistered.stream, layoffRegistered.type))
    const id = `avro-${run}`
    const answer = await post(ingress.url, frame(schemaId, codec.encode(data.data)), {
      'content-type': 'application/avro',
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': '/nav/aareg',
      'ce-type': layoffRegistered.type,
    })
    expect(answer.status).toBe(202)
    expect((await arrived(id)).data).toMatchObject({ person: ola, subUnit: '974600978' })
  })
})

describe('ingress without brokers and registry', () => {
  it('starts, lives, says why it is not ready, and refuses 503 with Retry-After', async () => {
    await using lonely = await startIngress({
      ...process.env,
      SAMSPILL_KAFKA: '127.0.0.1:1',
      SAMSPILL_REGISTRY: 'http://127.0.0.1:1',
      SAMSPILL_HTTP_PORT: '0',
      SAMSPILL_LOG_LEVEL: 'error',
    })
    expect((await fetch(`${lonely.url}/health/live`)).status).toBe(200)
    const ready = await fetch(`${lonely.url}/health/ready`)
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { reasons: [{ code: 'schema-unresolved' }, { code: 'brokers-away' }] },
    ])
    const answer = await post(lonely.url, JSON.stringify(layoff()), { 'content-type': 'application/cloudevents+json' })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  })
})
