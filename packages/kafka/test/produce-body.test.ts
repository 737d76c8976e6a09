import { encodeHeaders, noHeaders } from '@samspill/contracts'
import { describe, expect, test } from 'vitest'
import type { OutgoingRecord } from '../src/partition-writer.ts'
import { ByteCursor } from '../src/wire/byte-cursor.ts'
import { outgoingBatch } from '../src/wire/outgoing-batch.ts'
import { produceBody } from '../src/wire/produce-body.ts'
import { readRecordBatches } from '../src/wire/record-batch.ts'
import { crc32c } from './written-batch.ts'

const to = { topic: 'nav.layoffs', partition: 4 }
const identity = { producerId: 77n, producerEpoch: 3, firstSequence: 1_000_000 }
const settings = { replicaMilliseconds: 12_000, crc32c }
const headLength = 2 + 2 + 4 + 4 + 2 + to.topic.length + 4 + 4 + 4

describe('the body of a produce request', () => {
  test('holds what a reader finds in the log again', async () => {
    // Given keys, values and headers of all lengths that varints tell apart, and times in both directions
    const records: OutgoingRecord[] = [0, 1, 63, 64, 8191, 8192, 100_000].map((length, index) => ({
      key: Buffer.alloc(length % 9_000, index),
      value: Buffer.alloc(length, 255 - index),
      headers: encodeHeaders([
        ['ce_type', Buffer.from('nav.layoffs.LayoffRegistered')],
        ['ce_type', Buffer.alloc(length % 300, index)],
        ['søknad', Buffer.alloc(0)],
      ]),
      timestamp: 1_790_000_000_000 + (index % 2 === 0 ? index : -index) * 10 ** index,
    }))
    records.push({ key: null, value: null, headers: noHeaders, timestamp: 1_790_000_000_000 - 2 ** 40 })
    // When
    const body = produceBody([{ to, batch: outgoingBatch(records, identity) }], settings)
    // Then
    const read = await readRecordBatches(body.subarray(headLength), { perBatch: 1_000_000, left: 1_000_000 })
    expect(
      read.map(({ key, value, headers, timestamp, offset, producerId }) => ({
        key,
        value,
        headers,
        timestamp,
        offset,
        producerId,
      })),
    ).toEqual(records.map((record, index) => ({ ...record, offset: BigInt(index), producerId: 77n })))
  })

  test('says for whom it is and who sends it, with a checksum over the rest', () => {
    const [first, last] = [1_790_000_000_000, 1_790_000_000_900]
    const record = { key: Buffer.from('k'), value: Buffer.from('v'), headers: noHeaders }
    const times = [first, last, first + 100]
    const batches = [
      {
        to,
        batch: outgoingBatch(
          times.map((timestamp) => ({ ...record, timestamp })),
          identity,
        ),
      },
    ]
    const body = produceBody(batches, settings)
    const batch = body.subarray(headLength)
    expect(body.readInt16BE(0)).toBe(-1)
    expect(body.readInt16BE(2)).toBe(-1)
    expect(body.readInt32BE(4)).toBe(12_000)
    expect(body.subarray(14, 14 + to.topic.length).toString()).toBe(to.topic)
    expect(body.readInt32BE(headLength - 8)).toBe(4)
    expect(body.readInt32BE(headLength - 4)).toBe(batch.length)
    expect(batch.readInt32BE(8)).toBe(batch.length - 12)
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)))
    expect(batch.readInt32BE(23)).toBe(2)
    expect(batch.readBigInt64BE(27)).toBe(BigInt(first))
    expect(batch.readBigInt64BE(35)).toBe(BigInt(last))
    expect([batch.readInt16BE(51), batch.readInt32BE(53), batch.readInt32BE(57)]).toEqual([3, 1_000_000, 3])
  })

  test('holds one batch for each of several partitions, under their topics', async () => {
    const partitions = [to, { topic: 'nav.grants', partition: 0 }, { ...to, partition: 0 }]
    const record = { key: null, headers: noHeaders, timestamp: 1_790_000_000_000 }
    const body = produceBody(
      partitions.map((each, index) => ({
        to: each,
        batch: outgoingBatch([{ ...record, value: Buffer.from(`${index}`) }], { ...identity, firstSequence: index }),
      })),
      settings,
    )
    const cursor = new ByteCursor(body)
    cursor.pass(2 + 2 + 4)
    const read: unknown[] = []
    for (let topics = cursor.int32(); topics > 0; topics -= 1) {
      const topic = cursor.string()
      for (let left = cursor.int32(); left > 0; left -= 1) {
        const partition = cursor.int32()
        const bytes = cursor.take(cursor.int32())
        const [written] = await readRecordBatches(bytes, { perBatch: 1_000_000, left: 1_000_000 })
        read.push({ topic, partition, value: String(written?.value), sequence: bytes.readInt32BE(53) })
      }
    }
    expect(cursor.left).toBe(0)
    expect(read).toEqual([
      { topic: 'nav.layoffs', partition: 4, value: '0', sequence: 0 },
      { topic: 'nav.layoffs', partition: 0, value: '2', sequence: 2 },
      { topic: 'nav.grants', partition: 0, value: '1', sequence: 1 },
    ])
  })

  test('is refused for no records', () => {
    expect(() => outgoingBatch([], identity)).toThrow('at least one record')
  })
})
