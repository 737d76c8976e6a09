import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLanes, type KafkaConnection, type Lanes } from '../../src/index.ts'
import { keptLog, record, testBrokers, testTopic } from '../broker.ts'
import { adapters } from './adapters.ts'
import { openFaultyBroker, type FaultyBroker } from './faulty-broker/faulty-broker.ts'
import { apiKeys } from './faulty-broker/request-head.ts'

const connect = adapters.find(({ name }) => name === 'platformatic')?.connect

/** Of two partitions, 'a' goes to the first and 'abc' to the second. */
const keys = ['a', 'abc']

describe('over platformatic, the records of one turn', () => {
  let broker: FaultyBroker
  let direct: KafkaConnection
  let kafka: KafkaConnection
  let lanes: Lanes
  beforeAll(async () => {
    if (connect === undefined) throw new Error('there is no adapter platformatic')
    direct = connect()
    broker = await openFaultyBroker(testBrokers()[0] ?? '')
    kafka = connect({ brokers: [broker.address] })
    lanes = createLanes(await kafka.writer(), { log: keptLog() })
  })
  afterAll(async () => {
    await lanes[Symbol.asyncDispose]()
    await kafka[Symbol.asyncDispose]()
    await broker[Symbol.asyncDispose]()
    await direct[Symbol.asyncDispose]()
  })

  const sendToEach = (topics: readonly string[], value: string) =>
    Promise.all(topics.flatMap((topic) => keys.map((key) => lanes.send(record(topic, key, value)))))

  /** How many partitions each Produce request is for that comes meanwhile. */
  async function requestsWhile(work: () => Promise<unknown>): Promise<number[]> {
    const before = broker.produced.length
    await work()
    return broker.produced.slice(before).map((partitions) => partitions.length)
  }

  test('go out in one request for all partitions of all topics that a broker leads', async () => {
    await using one = await testTopic(direct, { partitions: 2 })
    await using other = await testTopic(direct, { partitions: 2 })
    const topics = [one.name, other.name]
    // Given that the leaders are known
    await sendToEach(topics, 'first')
    // When
    const requests = await requestsWhile(() => sendToEach(topics, 'second'))
    // Then
    expect(requests).toEqual([4])
  })

  test('are written where the same request is refused for another partition', async () => {
    await using topic = await testTopic(direct, { partitions: 2 })
    await sendToEach([topic.name], 'first')
    const partition = { topic: topic.name, partition: 1 }
    broker.faults.add({ apiKey: apiKeys.produce, partition, wrong: { kind: 'refused', errorCode: 6 } })
    const requests = await requestsWhile(() => sendToEach([topic.name], 'second'))
    // The second request is for the refused partition alone.
    expect(requests).toEqual([2, 1])
    const ends = await direct.topics.logEnds(topic.name)
    expect(ends.map(({ latest }) => latest)).toEqual([2n, 2n])
  })

  test('go out in several requests where they take more than a request should', async () => {
    await using topic = await testTopic(direct, { partitions: 2 })
    await sendToEach([topic.name], 'first')
    const requests = await requestsWhile(() => sendToEach([topic.name], 'x'.repeat(600_000)))
    expect(requests).toEqual([1, 1])
  })
})
