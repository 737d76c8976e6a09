import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  AppendError,
  createLanes,
  type IncomingRecord,
  type KafkaConnection,
  type Lanes,
  type TopicPartition,
} from '../../src/index.ts'
import { keptLog, record, testBrokers, testGroup, testTopic, until } from '../broker.ts'
import { adapters } from './adapters.ts'
import { openFaultyBroker, type FaultyBroker } from './faulty-broker/faulty-broker.ts'
import type { Wrong } from './faulty-broker/faults.ts'
import { apiKeys } from './faulty-broker/request-head.ts'

/** Of two partitions, 'a' goes to the first and 'abc' to the second. */
const keys = ['a', 'abc']
const rounds = 40
/** Where the fault comes: some records are acknowledged before it, and many wait behind it. */
const faultyRound = 5

describe.each(adapters)('over $name', ({ connect }) => {
  let broker: FaultyBroker
  let direct: KafkaConnection
  let kafka: KafkaConnection
  let lanes: Lanes
  beforeAll(async () => {
    direct = connect()
    broker = await openFaultyBroker(testBrokers()[0] ?? '')
    kafka = connect({ brokers: [broker.address], requestTimeoutMilliseconds: 2000 })
    lanes = createLanes(await kafka.writer(), { log: keptLog(), appendTimeoutMilliseconds: 4000 })
  })
  afterAll(async () => {
    await lanes[Symbol.asyncDispose]()
    await kafka[Symbol.asyncDispose]()
    await broker[Symbol.asyncDispose]()
    await direct[Symbol.asyncDispose]()
  })

  interface Outcome {
    readonly acknowledged: readonly string[]
    /** Sent and rejected with an outcome that is not known. */
    readonly unknown: readonly string[]
    readonly rejected: readonly string[]
    readonly log: readonly (readonly string[])[]
  }

  /** Sends to two partitions while requests go wrong, and reads what stands in the log then. */
  async function publishWhile(
    wrongs: (topic: string) => readonly { wrong: Wrong; partition?: number }[],
  ): Promise<Outcome> {
    await using topic = await testTopic(direct, { partitions: 2 })
    const acknowledged: string[] = []
    const unknown: string[] = []
    const rejected: string[] = []
    const sent: Promise<unknown>[] = []
    for (let round = 0; round < rounds; round += 1) {
      if (round === faultyRound) {
        // What was sent before is acknowledged, so that the fault hits a later batch.
        await Promise.all(sent)
        for (const { wrong, partition } of wrongs(topic.name)) {
          const only: { partition?: TopicPartition } =
            partition === undefined ? {} : { partition: { topic: topic.name, partition } }
          broker.faults.add({ apiKey: apiKeys.produce, wrong, ...only })
        }
      }
      for (const key of keys) {
        const value = `${key}:${round}`
        const sending = lanes.send(record(topic.name, key, value)).then(
          () => void acknowledged.push(value),
          (error: unknown) => {
            const isUnknown = error instanceof AppendError && error.outcome === 'unknown'
            void (isUnknown ? unknown : rejected).push(value)
          },
        )
        sent.push(sending)
      }
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    await Promise.all(sent)
    return { acknowledged, unknown, rejected, log: await logOf(topic.name) }
  }

  /** What stands in the log, read past the proxy. */
  async function logOf(topic: string): Promise<string[][]> {
    const ends = await direct.topics.logEnds(topic)
    const seen: IncomingRecord[][] = [[], []]
    await using reader = await direct.reader().run({
      group: testGroup(),
      topics: [topic],
      onBatch: async ({ assignment: { partition }, records }) => void seen[partition]?.push(...records),
    })
    await until('the log was read to its end', () => {
      return ends.every(({ partition, latest }) => BigInt(seen[partition]?.length ?? 0) >= latest)
    })
    await reader.stop({ drainMilliseconds: 0 })
    return seen.map((records) => records.map(({ value }) => String(value)))
  }

  function expectNothingLost({ acknowledged, unknown, rejected, log }: Outcome): void {
    const written = log.flat()
    expect(acknowledged.filter((value) => !written.includes(value))).toEqual([])
    expect(rejected).toEqual([])
    for (const [partition, key] of keys.entries()) {
      const firsts = [...new Set(log[partition])]
      expect(firsts).toEqual(Array.from({ length: rounds }, (_, round) => `${key}:${round}`))
    }
    const twice = written.filter((value, at) => written.indexOf(value) !== at)
    expect(twice.filter((value) => !unknown.includes(value))).toEqual([])
  }

  const hits = async (name: string, wrongs: Parameters<typeof publishWhile>[0]): Promise<void> => {
    const before = broker.faults.done.length
    const outcome = await publishWhile(wrongs)
    expect(broker.faults.done.length - before, name).toBe(wrongs('').length)
    expectNothingLost(outcome)
    expect(outcome.acknowledged).toHaveLength(rounds * keys.length)
  }

  describe('no record is lost, doubled or out of order', () => {
    test('F1: where an acknowledgement is lost with its connection', () =>
      hits('F1', () => [{ wrong: { kind: 'answer-lost-with-connection' } }]))

    test('F1: where a request is lost with its connection', () =>
      hits('F1', () => [{ wrong: { kind: 'request-lost-with-connection' } }]))

    test('F2: where an acknowledgement never comes', () => hits('F2', () => [{ wrong: { kind: 'answer-lost' } }]))

    test('F2: where an acknowledgement comes after the client has given up on it', () =>
      hits('F2', () => [{ wrong: { kind: 'answer-late', milliseconds: 2500 } }]))

    test('F3: where the broker no longer leads any partition', () =>
      hits('F3', () => [0, 1].map((partition) => ({ wrong: { kind: 'refused', errorCode: 6 }, partition }))))

    test('F4: where the broker no longer leads one of two partitions', () =>
      hits('F4', () => [{ wrong: { kind: 'refused', errorCode: 6 }, partition: 1 }]))

    test('F5: where too few replicas are in sync once', () =>
      hits('F5', () => [{ wrong: { kind: 'refused', errorCode: 19 } }]))

    test('F5: where too few replicas are in sync once the records are written', () =>
      hits('F5', () => [{ wrong: { kind: 'answer-changed', errorCode: 20 } }]))

    test('F6: where the broker has lost count of the writer', () =>
      hits('F6', () => [{ wrong: { kind: 'refused', errorCode: 45 } }]))

    test('F6: where the broker has forgotten the writer', () =>
      hits('F6', () => [{ wrong: { kind: 'refused', errorCode: 59 } }]))
  })
})
