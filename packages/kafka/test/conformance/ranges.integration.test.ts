import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Kafka, logLevel } from 'kafkajs'
import { createLanes, type KafkaConnection, type Lanes, type RecordRange } from '../../src/index.ts'
import { keptLog, record, testBrokers, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'

describe.each(adapters)('over $name', ({ connect }) => {
  let kafka: KafkaConnection
  let lanes: Lanes
  beforeAll(async () => {
    kafka = connect({ reader: { maxBytesPerPartition: 2000, maxBytes: 2000 } })
    lanes = createLanes(await kafka.writer(), { log: keptLog() })
  })
  afterAll(async () => {
    await lanes[Symbol.asyncDispose]()
    await kafka[Symbol.asyncDispose]()
  })

  /** Of three partitions, 'bergen' goes to the last, 'a' to the middle one. */
  const send = async (topic: string, key: string, values: readonly string[], timestamp?: number): Promise<void> => {
    for (const value of values) {
      await lanes.send({ ...record(topic, key, value), ...(timestamp === undefined ? {} : { timestamp }) })
    }
  }
  const read = async (...ranges: readonly RecordRange[]): Promise<string[]> => {
    const seen: string[] = []
    for await (const { partition, records } of kafka.readRanges(ranges)) {
      seen.push(...records.map(({ offset, value }) => `${partition}:${offset} ${String(value)}`))
    }
    return seen
  }

  describe('ranges', () => {
    test('are read one after the other, each from its start up to its end, and no group hears of it', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      await send(topic.name, 'bergen', ['zero', 'one', 'two', 'three'])
      await send(topic.name, 'a', ['first', 'second'])
      const at = (partition: number, from: bigint, to: bigint) => ({ topic: topic.name, partition, from, to })
      expect(await read(at(2, 1n, 3n), at(1, 0n, 2n), at(0, 0n, 0n))).toEqual([
        '2:1 one',
        '2:2 two',
        '1:0 first',
        '1:1 second',
      ])
    })

    test('may be longer than what one fetch brings, and begin in the middle of a batch', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const values = Array.from({ length: 300 }, (_, number) => `${number} ${'x'.repeat(100)}`)
      await Promise.all(values.map((value) => lanes.send(record(topic.name, 'k', value))))
      const seen = await read({ topic: topic.name, partition: 0, from: 7n, to: 299n })
      expect(seen).toEqual(values.slice(7, 299).map((value, index) => `0:${index + 7} ${value}`))
    })

    test('leave out what was never committed', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const producer = new Kafka({ brokers: testBrokers(), logLevel: logLevel.NOTHING }).producer({
        transactionalId: topic.name,
        maxInFlightRequests: 1,
        idempotent: true,
      })
      await producer.connect()
      const transaction = await producer.transaction()
      await transaction.send({ topic: topic.name, messages: [{ key: 'k', value: 'never' }] })
      await transaction.abort()
      await producer.disconnect()
      await send(topic.name, 'k', ['real'])
      const [end] = await kafka.topics.logEnds(topic.name)
      const to = end?.latest ?? 0n
      expect((await read({ topic: topic.name, partition: 0, from: 0n, to })).map((text) => text.split(' ')[1])).toEqual(
        ['real'],
      )
    })

    test('begin at a moment in time', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      const [march, april] = [Date.UTC(2020, 2, 12), Date.UTC(2020, 3, 1)]
      await send(topic.name, 'bergen', ['march'], march)
      await send(topic.name, 'bergen', ['april'], april)
      await send(topic.name, 'a', ['march'], march)
      expect(await kafka.topics.offsetsAt(topic.name, march + 1)).toEqual([
        { topic: topic.name, partition: 0, offset: 0n },
        { topic: topic.name, partition: 1, offset: 1n },
        { topic: topic.name, partition: 2, offset: 1n },
      ])
    })
  })
})
