import { noHeaders, headerText } from '@samspill/contracts'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readRecordBatches } from '../src/wire/record-batch.ts'
import { compressions, contentOf, javaBatch, javaContent } from './java-batches.ts'
import { varint, writtenBatch, writtenRecord } from './written-batch.ts'

const roomy = () => ({ perBatch: 1_000_000, left: 10_000_000 })
const one = writtenRecord(0, Buffer.from('income'))

describe('record batches that Java wrote', () => {
  test.each(compressions)('are read with compression %s, keys, values, headers and times', async (compression) => {
    const records = await readRecordBatches(javaBatch(compression), roomy())
    expect(records.map(contentOf)).toEqual(javaContent())
  })

  test('are read in bare Snappy, as other clients write it', async () => {
    const batch = javaBatch('snappy')
    const framed = batch.subarray(61)
    const length = framed.readInt32BE(16)
    const bare = writtenBatch({ compression: 2, count: 1, payload: framed.subarray(20, 20 + length) })
    const [record] = await readRecordBatches(bare, roomy())
    // The first of Java's blocks is bare Snappy, and holds more than the first record.
    expect(record?.damage).toBe(undefined)
    expect(headerText(record?.headers ?? noHeaders, 'ce_type')).toBe('nav.layoffs.LayoffRegistered')
  })

  test('are read up to where the fetch was cut', async () => {
    const batch = javaBatch('lz4')
    const records = await readRecordBatches(Buffer.concat([batch, batch.subarray(0, 500)]), roomy())
    expect(records).toHaveLength(150)
  })
})

describe('a batch that cannot be unpacked', () => {
  const good = writtenBatch({ compression: 0, count: 1, payload: one, baseOffset: 9n })

  test.each([
    ['gzip', 1, gzipSync(Buffer.alloc(2_000_000))],
    ['zstd', 4, zstdCompressSync(Buffer.alloc(2_000_000))],
    ['lz4', 3, lz4Frame(Buffer.from([0x1f, 0, 1, 0, ...Array(8000).fill(255), 0, 0x50, 1, 2, 3, 4, 5]))],
    ['snappy', 2, Buffer.from([0x80, 0x89, 0x7a, 0])],
  ])('because it is a %s bomb is one damaged record, and the next batch is read', async (_, compression, payload) => {
    const bomb = writtenBatch({ compression, count: 4, payload, baseOffset: 5n })
    const records = await readRecordBatches(Buffer.concat([bomb, good]), roomy())
    expect(records).toEqual([
      expect.objectContaining({ offset: 8n, damagedFrom: 5n, key: null, value: null, control: false }),
      expect.objectContaining({ offset: 9n, value: Buffer.from('income') }),
    ])
    expect(records[0]?.damage).toBe('the batch unpacks to more than 1000000 bytes')
  })

  test.each([
    ['gzip', 1],
    ['snappy', 2],
    ['lz4', 3],
    ['zstd', 4],
    ['an unknown compression', 6],
  ])('because its %s bytes are garbage is one damaged record, and the next batch is read', async (_, compression) => {
    const payload = Buffer.from('this is no compressed text, whatever the attributes say')
    const bad = writtenBatch({ compression, count: 1, payload, baseOffset: 8n })
    const [damaged, next] = await readRecordBatches(Buffer.concat([bad, good]), roomy())
    expect(damaged).toMatchObject({ offset: 8n, value: null })
    expect(damaged?.damage).toMatch(/./)
    expect(next).toMatchObject({ offset: 9n, value: Buffer.from('income') })
  })

  test.each([
    ['says it has more records than it holds', 3, one],
    ['has a record longer than itself', 1, Buffer.concat([varint(5000), one])],
    ['has too many records', 300_000, gzipSync(Buffer.concat(Array(20_000).fill(one)))],
    ['has too many headers', 1, Buffer.from([...varint(20), 0, 0, 0, 1, 1, ...varint(2_000_000)])],
  ])('because it %s is one damaged record', async (why, count, payload) => {
    const compression = why === 'has too many records' ? 1 : 0
    const records = await readRecordBatches(writtenBatch({ compression, count, payload }), roomy())
    expect(records).toHaveLength(1)
    expect(records[0]?.damage).toMatch(/./)
  })

  test('because it is of an older format is one damaged record', async () => {
    const old = Buffer.from(good)
    old.writeInt8(1, 16)
    const [damaged] = await readRecordBatches(old, roomy())
    expect(damaged).toMatchObject({ offset: 9n, damage: 'the batch is in a format older than Kafka 0.11' })
  })

  test('says why without a byte of what was in it', async () => {
    const secret = 'Kari Nordmann 01019012345'
    const bad = writtenBatch({ compression: 1, count: 1, payload: Buffer.from(secret) })
    const [damaged] = await readRecordBatches(bad, roomy())
    expect(damaged?.damage).not.toContain('Kari')
  })
})

describe('reading a fetch', () => {
  test('stops after the batch that used up what a fetch may unpack to', async () => {
    const payload = gzipSync(writtenRecord(0, Buffer.alloc(900_000)))
    const batches = [0n, 1n, 2n].map((baseOffset) => writtenBatch({ compression: 1, count: 1, payload, baseOffset }))
    const records = await readRecordBatches(Buffer.concat(batches), { perBatch: 1_000_000, left: 1_000_000 })
    expect(records.map(({ offset }) => offset)).toEqual([0n, 1n])
  })

  test('gives a place for a batch whose records compaction took', async () => {
    const empty = writtenBatch({ compression: 0, count: 0, payload: Buffer.alloc(0), baseOffset: 7n })
    empty.writeInt32BE(4, 23)
    expect(await readRecordBatches(empty, roomy())).toMatchObject([{ offset: 11n, control: true }])
  })
})

function lz4Frame(block: Buffer): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(block.length)
  return Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]), size, block, Buffer.alloc(4)])
}
