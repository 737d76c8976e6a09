import { describe, expect, test } from 'vitest'
import { createLanes } from '../../src/index.ts'
import { keptLog, record, testBrokers, testGroup, testTopic, until, valuesOf } from '../broker.ts'
import { adapters } from './adapters.ts'
import { openFaultyBroker } from './faulty-broker/faulty-broker.ts'

describe.each(adapters)('over $name', ({ connect }) => {
  test('a reader says so while its brokers are away, and it and the lanes go on when they are back', async () => {
    await using direct = connect()
    await using topic = await testTopic(direct, { partitions: 2 })
    await using broker = await openFaultyBroker(testBrokers()[0] ?? '')
    await using kafka = connect({ brokers: [broker.address] })
    await using lanes = createLanes(await kafka.writer(), { log: keptLog() })
    const seen: string[] = []
    await using reader = await kafka.reader().run({
      group: testGroup(),
      topics: [topic.name],
      onBatch: async (batch) => void seen.push(...valuesOf(batch)),
    })
    await lanes.send(record(topic.name, 'a', 'before'))
    await until('it is read', () => seen.length === 1)
    expect(reader.state).toBe('reading')
    broker.cut()
    const during = lanes.send(record(topic.name, 'a', 'during'))
    await until('the reader says that it does not read', () => reader.state === 'joining', 30_000)
    broker.mend()
    const from = Date.now()
    await during
    await lanes.send(record(topic.name, 'a', 'after'))
    await until('the rest is read', () => seen.includes('after'), 30_000)
    await until('the reader says that it reads', () => reader.state === 'reading')
    expect(Date.now() - from).toBeLessThan(20_000)
    expect([...new Set(seen)]).toEqual(['before', 'during', 'after'])
  })
})
