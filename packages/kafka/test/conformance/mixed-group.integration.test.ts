import { describe, expect, test } from 'vitest'
import { createLanes, type IncomingBatch } from '../../src/index.ts'
import { keptLog, record, testGroup, testTopic, until, valuesOf } from '../broker.ts'
import { adapters, type Adapter } from './adapters.ts'

const others = adapters.flatMap((first) =>
  adapters.filter((second) => second !== first).map((second) => ({ first, second })),
)

describe.each(others)('a group that $first.name began', ({ first, second }: Record<'first' | 'second', Adapter>) => {
  test(`takes a member over ${second.name}, so that services change clients one process after another`, async () => {
    await using one = first.connect()
    await using other = second.connect()
    await using topic = await testTopic(one, { partitions: 4 })
    await using lanes = createLanes(await one.writer(), { log: keptLog() })
    const group = testGroup()
    const seen = new Set<string>()
    const onBatch = async (batch: IncomingBatch): Promise<void> => {
      for (const value of valuesOf(batch)) seen.add(value)
    }
    const old = await one.reader().run({ group, topics: [topic.name], onBatch })
    await until('the first has all partitions', () => old.assigned.length === 4)
    await using young = await other.reader().run({ group, topics: [topic.name], onBatch })
    await until('they share the partitions', () => old.assigned.length === 2 && young.assigned.length === 2)
    const send = (round: number): Promise<unknown> =>
      Promise.all(Array.from({ length: 20 }, (_, key) => lanes.send(record(topic.name, `k${key}`, `${round}:${key}`))))
    await send(1)
    await until('what came is read', () => seen.size === 20)
    await old.stop({ drainMilliseconds: 1000 })
    await until('the other has them all', () => young.assigned.length === 4)
    await send(2)
    await until('the rest is read', () => seen.size === 40)
    expect(seen.size).toBe(40)
  })
})
