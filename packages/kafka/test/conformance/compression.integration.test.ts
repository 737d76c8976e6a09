import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IncomingRecord, KafkaConnection } from '../../src/index.ts'
import { testBrokers, testGroup, testTopic, until } from '../broker.ts'
import { adapters } from './adapters.ts'
import { compressions, contentOf, javaBatch, javaContent } from '../java-batches.ts'
import { produceRaw } from '../raw-producer.ts'
import { varint, writtenBatch, writtenRecord } from '../written-batch.ts'

describe.each(adapters)('over $name', ({ connect }) => {
  let kafka: KafkaConnection
  beforeAll(() => {
    kafka = connect()
  })
  afterAll(() => kafka[Symbol.asyncDispose]())

  const produce = (topic: string, partition: number, batch: Buffer): Promise<bigint> =>
    produceRaw(testBrokers()[0] ?? '', topic, partition, batch)

  /** Reads until there are so many records, and gives them per partition. */
  async function read(topic: string, count: number): Promise<IncomingRecord[][]> {
    const seen: IncomingRecord[][] = []
    await using _ = await kafka.reader().run({
      group: testGroup(),
      topics: [topic],
      async onBatch({ assignment: { partition }, records }) {
        ;(seen[partition] ??= []).push(...records)
      },
    })
    await until(`${count} records were read`, () => seen.flat().length >= count)
    return seen
  }

  describe('records of foreign producers', () => {
    test('are read in every compression that Java writes', async () => {
      await using topic = await testTopic(kafka, { partitions: compressions.length })
      for (const [partition, compression] of compressions.entries()) {
        await produce(topic.name, partition, javaBatch(compression))
      }
      const seen = await read(topic.name, compressions.length * 150)
      for (const partition of compressions.keys()) expect(seen[partition]?.map(contentOf)).toEqual(javaContent())
    })

    test('that are a bomb show as damage at their offset, memory stays bounded, and all others are read', async () => {
      await using topic = await testTopic(kafka, { partitions: 2 })
      const plain = (value: string): Buffer =>
        writtenBatch({ compression: 0, count: 1, payload: writtenRecord(0, Buffer.from(value)) })
      await produce(topic.name, 0, plain('before'))
      await produce(topic.name, 0, writtenBatch({ compression: 1, count: 1, payload: await bomb(300) }))
      await produce(topic.name, 0, plain('behind'))
      await produce(topic.name, 1, plain('beside'))
      const before = process.memoryUsage.rss()
      let most = before
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5)
      const seen = await read(topic.name, 4)
      clearInterval(watch)
      const told = seen.map((records) => records.map(({ offset, value, damage }) => [offset, String(value), damage]))
      expect(told).toEqual([
        [
          [0n, 'before', undefined],
          [1n, 'null', 'the batch unpacks to more than 16777216 bytes'],
          [2n, 'behind', undefined],
        ],
        [[0n, 'beside', undefined]],
      ])
      expect((most - before) / 1024 / 1024).toBeLessThan(120)
    })
  })

  /** One record with so many megabytes of zeros, gzipped piece by piece. */
  async function bomb(megabytes: number): Promise<Buffer> {
    const size = megabytes * 1024 * 1024
    const body = [Buffer.from([0]), varint(0), varint(0), varint(-1), varint(size)]
    const length = body.reduce((sum, each) => sum + each.length, 0) + size + 1
    const gzip = createGzip()
    const packed = gzip.toArray()
    gzip.write(Buffer.concat([varint(length), ...body]))
    const zeros = Buffer.alloc(1024 * 1024)
    for (let left = megabytes; left > 0; left -= 1) if (!gzip.write(zeros)) await once(gzip, 'drain')
    gzip.end(varint(0))
    return Buffer.concat(await packed)
  }
})
