import { encodeHeaders, noHeaders } from '@samspill/contracts'
import { Kafka, Partitioners, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanes, partitionOf, type KafkaConnection, type Lanes } from '../../src/index.ts'
import { keptLog, record, testBrokers, testGroup, testTopic, until } from '../broker.ts'
import { adapters } from './adapters.ts'
import type { IncomingRecord } from '../../src/index.ts'

describe.each(adapters)('over $name', ({ connect }) => {
  let kafka: KafkaConnection
  let lanes: Lanes
  beforeAll(async () => {
    kafka = connect()
    lanes = createLanes(await kafka.writer(), { log: keptLog() })
  })
  afterAll(async () => {
    await lanes[Symbol.asyncDispose]()
    await kafka[Symbol.asyncDispose]()
  })

  /** All records of a topic, per partition. */
  async function readAll(topic: string, count: number): Promise<Map<number, IncomingRecord[]>> {
    const seen = new Map<number, IncomingRecord[]>()
    const total = (): number => [...seen.values()].reduce((sum, { length }) => sum + length, 0)
    await using _ = await kafka.reader().run({
      group: testGroup(),
      topics: [topic],
      async onBatch({ assignment: { partition }, records }) {
        seen.set(partition, [...(seen.get(partition) ?? []), ...records])
      },
    })
    await until(`${count} records were read`, () => total() >= count)
    return seen
  }

  describe('publishing through lanes', () => {
    test('twenty publishers at once keep the order per key', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      const publish = async (publisher: number): Promise<void> => {
        const sent = Array.from({ length: 50 }, (_, number) =>
          lanes.send(record(topic.name, `person-${publisher}`, `${publisher}:${number}`)),
        )
        await Promise.all(sent)
      }
      await Promise.all(Array.from({ length: 20 }, (_, publisher) => publish(publisher)))
      const next = new Map<string, number>()
      for (const records of (await readAll(topic.name, 1000)).values()) {
        for (const { value } of records) {
          const [publisher = '', number = ''] = String(value).split(':')
          expect(Number(number)).toBe(next.get(publisher) ?? 0)
          next.set(publisher, Number(number) + 1)
        }
      }
      expect([...next.values()]).toEqual(Array(20).fill(50))
    })

    test('tells where each record stands', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      const one = await lanes.send(record(topic.name, 'bergen', 'one'))
      const two = await lanes.send(record(topic.name, 'bergen', 'two'))
      expect([one, two]).toEqual([
        { topic: topic.name, partition: 2, offset: 0n },
        { topic: topic.name, partition: 2, offset: 1n },
      ])
    })

    test('keeps headers that repeat a name, a null value null, an empty value empty, and the time', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const headers = encodeHeaders(['first', 'second'].map((value) => ['ce_type', Buffer.from(value)] as const))
      await lanes.send({ ...record(topic.name, 'k', ''), headers })
      await lanes.send({ ...record(topic.name, 'k', ''), value: null })
      const [empty, tombstone] = (await readAll(topic.name, 2)).get(0) ?? []
      expect(empty).toMatchObject({
        value: Buffer.alloc(0),
        headers,
        timestamp: 1_584_000_000_000,
        key: Buffer.from('k'),
      })
      expect(tombstone).toMatchObject({ value: null, headers: noHeaders })
    })

    test.each([3, 4, 6, 12])('a plain client puts the same keys on the same of %i partitions', async (partitions) => {
      await using topic = await testTopic(kafka, { partitions })
      const client = new Kafka({ brokers: testBrokers(), logLevel: logLevel.NOTHING })
      const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
      await producer.connect()
      const keys = Array.from({ length: 100 }, (_, number) => `person-${number}`)
      await producer.send({ topic: topic.name, messages: keys.map((key) => ({ key, value: '' })) })
      await producer.disconnect()
      for (const [partition, records] of await readAll(topic.name, 100)) {
        for (const { key } of records) expect(partitionOf(key ?? Buffer.alloc(0), partitions)).toBe(partition)
      }
    })

    test('refuses a record for a topic that does not exist, and says so', async () => {
      const refusal = expect(lanes.send(record('test.no-such-topic', 'k', 'v'))).rejects
      await refusal.toMatchObject({ code: 'topic-unknown', outcome: 'not-written', retriable: false })
    })

    test('refuses only the record that is larger than its topic takes', async () => {
      await using topic = await testTopic(kafka, { partitions: 1, settings: { 'max.message.bytes': '20000' } })
      const values = ['small', 'x'.repeat(30_000), 'also small']
      const sent = await Promise.allSettled(values.map((value) => lanes.send(record(topic.name, 'k', value))))
      expect(sent.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(sent[1]).toMatchObject({ reason: { code: 'record-too-large', outcome: 'not-written' } })
    })

    test('says that nothing was written where no broker can be reached', async () => {
      await using nowhere = connect({ brokers: ['127.0.0.1:1'] })
      await expect(nowhere.writer()).rejects.toMatchObject({ outcome: 'not-written', retriable: true })
    })
  })
})
