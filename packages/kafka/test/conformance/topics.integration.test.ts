import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanes, type KafkaConnection, type Lanes } from '../../src/index.ts'
import { keptLog, record, testGroup, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'

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

  describe('topics', () => {
    test('are created once and described with their own settings', async () => {
      const settings = { 'retention.ms': '3600000' }
      await using topic = await testTopic(kafka, { partitions: 3, settings })
      const again = await kafka.topics.create([{ name: topic.name, partitions: 3, replicas: 1 }])
      expect(again).toEqual([])
      expect(await kafka.topics.describe([topic.name])).toEqual([
        { name: topic.name, partitions: 3, replicas: 1, settings },
      ])
      expect((await kafka.topics.describe()).map(({ name }) => name)).toContain(topic.name)
    })

    test('take single settings, and keep the others', async () => {
      await using topic = await testTopic(kafka, { partitions: 1, settings: { 'retention.ms': '3600000' } })
      await kafka.topics.alterSettings(topic.name, { 'max.message.bytes': '500000' })
      const [changed] = await kafka.topics.describe([topic.name])
      expect(changed?.settings).toEqual({ 'retention.ms': '3600000', 'max.message.bytes': '500000' })
      await kafka.topics.alterSettings(topic.name, { 'retention.ms': undefined })
      const [reset] = await kafka.topics.describe([topic.name])
      expect(reset?.settings).toEqual({ 'max.message.bytes': '500000' })
    })

    test('take more partitions', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      await kafka.topics.addPartitions(topic.name, 4)
      expect(await kafka.topics.logEnds(topic.name)).toHaveLength(4)
    })

    test('tell the ends of their logs', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      for (const value of ['one', 'two', 'three']) await lanes.send(record(topic.name, 'k', value))
      expect(await kafka.topics.logEnds(topic.name)).toEqual([
        { topic: topic.name, partition: 0, earliest: 0n, latest: 3n },
      ])
    })

    test('that do not exist are named as such', async () => {
      await expect(kafka.topics.logEnds('test.no-such-topic')).rejects.toMatchObject({ code: 'topic-unknown' })
      await expect(kafka.topics.describe(['test.no-such-topic'])).rejects.toMatchObject({ code: 'topic-unknown' })
    })

    test('tell nothing of a group that has committed nothing', async () => {
      await using topic = await testTopic(kafka, { partitions: 2 })
      expect(await kafka.topics.committed(testGroup(), [topic.name])).toEqual([])
    })
  })
})
