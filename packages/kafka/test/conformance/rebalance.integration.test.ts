import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanes, partitionOf } from '../../src/index.ts'
import type { Assignment, KafkaConnection, Lanes, ReadOptions, RunningReader } from '../../src/index.ts'
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

  const pause = (milliseconds: number): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, milliseconds))

  test('a reader takes the partitions that its topic is given while it reads', async () => {
    await using refreshing = connect({ reader: { refreshMilliseconds: 1000 } })
    await using topic = await testTopic(kafka, { partitions: 1 })
    const seen: string[] = []
    await using reader = await refreshing.reader().run({
      group: testGroup(),
      topics: [topic.name],
      onBatch: async (batch) => void seen.push(...valuesOf(batch)),
    })
    await until('it has the one partition', () => reader.assigned.length === 1)
    await kafka.topics.addPartitions(topic.name, 3)
    await until('it has three', () => reader.assigned.length === 3)
    await lanes.send(record(topic.name, 'k', 'one'))
    await until('it reads on', () => seen.length === 1)
  })

  test('a reader that waits for records reads at once what it is given of another', async () => {
    await using topic = await testTopic(kafka, { partitions: 2 })
    const seen: string[] = []
    const options: ReadOptions = {
      group: testGroup(),
      topics: [topic.name],
      onBatch: async (batch) => void seen.push(...valuesOf(batch)),
    }
    await using staying = await kafka.reader().run(options)
    const leaving = await kafka.reader().run(options)
    await until('each has one', () => staying.assigned.length === 1 && leaving.assigned.length === 1)
    const given = leaving.assigned[0]?.partition
    const key = Array.from('abcdefgh').find((one) => partitionOf(Buffer.from(one), 2) === given) ?? ''
    await leaving.stop({ drainMilliseconds: 0 })
    await until('it has both', () => staying.assigned.length === 2)
    await lanes.send(record(topic.name, key, 'one'))
    await until('it reads what it was given', () => seen.length === 1, 1000)
  })

  describe('members that join and leave under load', () => {
    test('handle every record, in order per key, and never two batches of one partition at once', async () => {
      await using topic = await testTopic(kafka, { partitions: 6 })
      const group = testGroup()
      const seen = new Map<string, Set<number>>()
      const running = new Map<number, number>()
      const overlaps: number[] = []
      const staleCommits: string[] = []
      const disorder: string[] = []

      const member = async (): Promise<RunningReader> => {
        const reader: RunningReader = await kafka.reader().run({
          group,
          topics: [topic.name],
          async onBatch(batch) {
            const { partition } = batch.assignment
            if ((running.get(partition) ?? 0) > 0) overlaps.push(partition)
            running.set(partition, (running.get(partition) ?? 0) + 1)
            await pause(5)
            for (const value of valuesOf(batch)) {
              const [key = '', number = ''] = value.split(':')
              const numbers = seen.get(key) ?? new Set()
              seen.set(key, numbers)
              if (Number(number) > 0 && !numbers.has(Number(number) - 1)) disorder.push(value)
              numbers.add(Number(number))
            }
            running.set(partition, (running.get(partition) ?? 0) - 1)
            const position = { topic: topic.name, partition, offset: batch.nextOffset }
            await reader.commit([position]).catch((error: { code: string }) => void staleCommits.push(error.code))
          },
        })
        return reader
      }

      const first = await member()
      let sending = true
      let rounds = 0
      const load = (async () => {
        for (; sending; rounds += 1) {
          const keys = Array.from({ length: 30 }, (_, person) => `person-${person}`)
          await Promise.all(keys.map((key) => lanes.send(record(topic.name, key, `${key}:${rounds}`))))
        }
      })()
      await pause(1000)
      const second = await member()
      await until('both have partitions', () => first.assigned.length === 3 && second.assigned.length === 3)
      await pause(1000)
      await first.stop({ drainMilliseconds: 5000 })
      await until('the other has them all', () => second.assigned.length === 6)
      sending = false
      await load
      const complete = (): boolean => [...seen.values()].every(({ size }) => size === rounds)
      await until('every record was handled', () => seen.size === 30 && complete())
      await second.stop({ drainMilliseconds: 5000 })
      expect(overlaps).toEqual([])
      expect(disorder).toEqual([])
      for (const code of staleCommits) expect(['assignment-lost', 'commit-failed']).toContain(code)
    })

    test('wait for the batch that runs before the partition moves, and refuse commits for it afterwards', async () => {
      await using topic = await testTopic(kafka, { partitions: 2 })
      const group = testGroup()
      await lanes.send(record(topic.name, 'abc', 'one'))
      const gate = Promise.withResolvers<void>()
      const events: string[] = []
      const revoked: Assignment[] = []
      const first = await kafka.reader().run({
        group,
        topics: [topic.name],
        async onBatch() {
          events.push('began')
          await gate.promise
          events.push('ended')
        },
        onRevoked: (assignments) => {
          events.push('revoked')
          revoked.push(...assignments)
        },
      })
      await using _ = first
      await until('the batch began', () => events.includes('began'))
      let again = 0
      await using second = await kafka.reader().run({
        group,
        topics: [topic.name],
        onBatch: async () => void (again += 1),
      })
      await pause(4000)
      expect(second.assigned).toEqual([])
      gate.resolve()
      await until('the partitions are shared', () => second.assigned.length === 1 && first.assigned.length === 1)
      expect(events).toEqual(['began', 'ended', 'revoked'])
      expect(revoked).toHaveLength(2)
      expect(again).toBe(0)
      expect(Math.min(...first.assigned.map(({ epoch }) => epoch))).toBeGreaterThan(revoked[0]?.epoch ?? 0)
      const foreign = second.assigned.map(({ topic: name, partition }) => ({ topic: name, partition, offset: 0n }))
      await expect(first.commit(foreign)).rejects.toMatchObject({ code: 'assignment-lost' })
    })
  })
})
