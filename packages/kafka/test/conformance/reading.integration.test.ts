import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createLanes,
  type IncomingBatch,
  type KafkaConnection,
  type Lanes,
  type LostPosition,
} from '../../src/index.ts'
import { keptLog, record, testGroup, testTopic, until, valuesOf } from '../broker.ts'
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

  /** Of three partitions, 'ab' and 'bergen' go to the last, 'a' to the middle one, 'abc' to the first. */
  const send = (topic: string, key: string, ...values: string[]): Promise<unknown> =>
    Promise.all(values.map((value) => lanes.send(record(topic, key, value))))

  describe('a reader that starts', () => {
    test('begins at the earliest record, and after a restart where the group has committed', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const group = testGroup()
      await send(topic.name, 'k', 'one', 'two')
      const seen: string[] = []
      const options = {
        group,
        topics: [topic.name],
        onBatch: async (batch: IncomingBatch) => void seen.push(...valuesOf(batch)),
      }
      const first = await kafka.reader().run(options)
      await until('both were read', () => seen.length === 2)
      await first.stop({ drainMilliseconds: 1000 })
      expect(await kafka.topics.committed(group, [topic.name])).toEqual([
        { topic: topic.name, partition: 0, offset: 2n },
      ])
      await send(topic.name, 'k', 'three')
      await using _ = await kafka.reader().run(options)
      await until('the third was read', () => seen.length === 3)
      expect(seen).toEqual(['one', 'two', 'three'])
    })

    test('begins at our own position, or at the earliest record, whatever the group has committed', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      await send(topic.name, 'bergen', 'zero', 'one', 'two')
      await send(topic.name, 'a', 'other')
      const group = testGroup()
      const seen: string[] = []
      const onBatch = async (batch: IncomingBatch): Promise<void> => void seen.push(...valuesOf(batch))
      const former = await kafka.reader().run({ group, topics: [topic.name], onBatch })
      await until('all were read', () => seen.length === 4)
      await former.stop({ drainMilliseconds: 1000 })
      expect(await kafka.topics.committed(group, [topic.name])).toContainEqual({
        topic: topic.name,
        partition: 1,
        offset: 1n,
      })
      seen.length = 0
      await using _ = await kafka.reader().run({
        group,
        topics: [topic.name],
        startAt: async () => [{ topic: topic.name, partition: 2, offset: 2n }],
        onBatch,
      })
      await until('both were read', () => seen.length >= 2)
      expect(seen.sort()).toEqual(['other', 'two'])
    })

    test('handles again what was handled but not committed', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const group = testGroup()
      await send(topic.name, 'k', 'one')
      let crashed = true
      const seen: string[] = []
      const onBatch = async (batch: IncomingBatch): Promise<void> => {
        seen.push(...valuesOf(batch))
        if (crashed) throw new Error('the process dies here')
      }
      const first = await kafka.reader().run({ group, topics: [topic.name], onBatch })
      await until('it was delivered', () => seen.length > 0)
      await first.stop({ drainMilliseconds: 0 })
      crashed = false
      seen.length = 0
      await using _ = await kafka.reader().run({ group, topics: [topic.name], onBatch })
      await until('it was delivered again', () => seen.length > 0)
      expect(seen).toEqual(['one'])
    })

    test('keeps trying where its own positions cannot be read yet', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      await send(topic.name, 'k', 'one')
      let attempts = 0
      const seen: string[] = []
      await using _ = await kafka.reader().run({
        group: testGroup(),
        topics: [topic.name],
        startAt: async () => {
          attempts += 1
          if (attempts < 3) throw new Error('the database is away')
          return []
        },
        onBatch: async (batch) => void seen.push(...valuesOf(batch)),
      })
      await until('it was read', () => seen.length === 1)
      expect(attempts).toBe(3)
    })
  })

  describe('a partition', () => {
    test('whose handler fails is read again from its position, while the others go on', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      const failing: string[][] = []
      const others: string[] = []
      await using reader = await kafka.reader().run({
        group: testGroup(),
        topics: [topic.name],
        async onBatch(batch) {
          if (batch.assignment.partition !== 2) return void others.push(...valuesOf(batch))
          failing.push(valuesOf(batch))
          if (failing.length < 3) throw new Error('not now')
        },
      })
      await send(topic.name, 'bergen', 'one')
      await until('it failed', () => failing.length > 0)
      await send(topic.name, 'a', 'beside')
      await until('the other partition went on', () => others.length === 1)
      expect(failing.length).toBeLessThan(3)
      await until('it succeeded', () => failing.length === 3)
      expect(failing.map(([first]) => first)).toEqual(['one', 'one', 'one'])
      await until('it moved on', () => reader.lag().every(({ records }) => records === 0n))
    })

    test('whose handler is slow keeps no other partition waiting, and its batches never overlap', async () => {
      await using topic = await testTopic(kafka, { partitions: 3 })
      const others: string[] = []
      const slow: string[] = []
      let running = 0
      let most = 0
      const gate = Promise.withResolvers<void>()
      await using _ = await kafka.reader().run({
        group: testGroup(),
        topics: [topic.name],
        async onBatch(batch) {
          if (batch.assignment.partition !== 2) return void others.push(...valuesOf(batch))
          running += 1
          most = Math.max(most, running)
          if (slow.length === 0) await gate.promise
          slow.push(...valuesOf(batch))
          running -= 1
        },
      })
      await send(topic.name, 'bergen', 'one')
      await until('the slow one began', () => running === 1)
      for (const value of ['x', 'y', 'z']) {
        await send(topic.name, 'a', value)
        await send(topic.name, 'bergen', value)
        await until(`${value} was handled beside it`, () => others.includes(value), 2000)
      }
      gate.resolve()
      await until('the slow one caught up', () => slow.length === 4)
      expect(slow).toEqual(['one', 'x', 'y', 'z'])
      expect(most).toBe(1)
    })

    test('can be held, moved back and let go by its handler', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const batches: { values: string[]; stale: boolean }[] = []
      const tp = { topic: topic.name, partition: 0 }
      await send(topic.name, 'k', 'one', 'two')
      const reader = await kafka.reader().run({
        group: testGroup(),
        topics: [topic.name],
        async onBatch(batch) {
          const isFirst = batches.length === 0
          if (isFirst) {
            reader.pause([tp])
            reader.seek({ ...tp, offset: 1n })
          }
          batches.push({ values: valuesOf(batch), stale: batch.isStale() })
        },
      })
      await using _ = reader
      await until('it was read once', () => batches.length === 1)
      await new Promise((resolve) => setTimeout(resolve, 600))
      expect(batches).toEqual([{ values: ['one', 'two'], stale: true }])
      reader.resume([tp])
      await until('it was read from there', () => batches.length === 2)
      expect(batches[1]).toEqual({ values: ['two'], stale: false })
    })

    test('whose position is gone is held and told, until it is moved', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      await send(topic.name, 'k', 'one')
      const seen: string[] = []
      const lost: LostPosition[] = []
      await using reader = await kafka.reader().run({
        group: testGroup(),
        topics: [topic.name],
        startAt: async (assigned) => assigned.map((each) => ({ ...each, offset: 1000n })),
        onBatch: async (batch) => void seen.push(...valuesOf(batch)),
        onPositionLost: (each) => void lost.push(each),
      })
      await until('it was told', () => lost.length === 1)
      expect(lost).toEqual([{ topic: topic.name, partition: 0, offset: 1000n, logStart: 0n, logEnd: 1n }])
      reader.seek({ topic: topic.name, partition: 0, offset: 0n })
      reader.resume([{ topic: topic.name, partition: 0 }])
      await until('it went on', () => seen.length === 1)
    })
  })

  describe('a reader that stops', () => {
    test('lets the batch that runs end, commits it, and leaves', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const group = testGroup()
      await send(topic.name, 'k', 'one')
      const gate = Promise.withResolvers<void>()
      let began = false
      const reader = await kafka.reader().run({
        group,
        topics: [topic.name],
        async onBatch() {
          began = true
          await gate.promise
        },
      })
      await until('it began', () => began)
      setTimeout(gate.resolve, 500)
      await reader.stop({ drainMilliseconds: 5000 })
      expect(reader.state).toBe('stopped')
      expect(await kafka.topics.committed(group, [topic.name])).toEqual([
        { topic: topic.name, partition: 0, offset: 1n },
      ])
    })

    test('waits no longer than it may, and commits nothing of a batch that still runs', async () => {
      await using topic = await testTopic(kafka, { partitions: 1 })
      const group = testGroup()
      await send(topic.name, 'k', 'one')
      let batch: IncomingBatch | undefined
      const reader = await kafka.reader().run({
        group,
        topics: [topic.name],
        onBatch: (each) => {
          batch = each
          return new Promise(() => {})
        },
      })
      await until('it began', () => batch !== undefined)
      await reader.stop({ drainMilliseconds: 300 })
      expect(batch?.isStale()).toBe(true)
      const [position] = await kafka.topics.committed(group, [topic.name])
      expect(position?.offset ?? 0n).toBe(0n)
    })
  })
})
