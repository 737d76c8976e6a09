import { describe, expect, test } from 'vitest'
import { partitionOf } from '../src/index.ts'
import { murmur2 } from '../src/partitioner.ts'

// From org.apache.kafka.common.utils.Utils of kafka-clients 4.3.1: murmur2(key), toPositive(murmur2(key)) % 3, 4, 6, 12.
const text = (key: string): Buffer => Buffer.from(key, 'utf8')
const fromJava: readonly [key: Buffer, hash: number, of3: number, of4: number, of6: number, of12: number][] = [
  [text(''), 275646681, 0, 1, 3, 9],
  [text('a'), -1563381124, 1, 0, 4, 4],
  [text('ab'), 316155434, 2, 2, 2, 2],
  [text('abc'), 479470107, 0, 3, 3, 3],
  [text('abcd'), -1323649548, 2, 0, 2, 8],
  [text('974652277'), 1594174626, 0, 2, 0, 6],
  [text('K7-kq0sYw3v1mZp9A_xR2g'), 715022229, 0, 1, 3, 9],
  [text('Zq8R5m1vXo0bT2hLr4Wn_w'), 199026881, 2, 1, 5, 5],
  [text('aaaaaaaaaaaaaaaaaaaaaa'), -1194974197, 1, 3, 1, 7],
  [text('bergen'), 1420061279, 2, 3, 5, 11],
  [text('sørnorsk'), 757010284, 1, 0, 4, 4],
  [text('0123456789012345678901234567890123456789'), 1523616294, 0, 2, 0, 6],
  [Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), -1948347274, 1, 2, 4, 10],
  [Buffer.from([0xff, 0xfe, 0x80]), -160726397, 0, 3, 3, 3],
]

describe('the partition of a key', () => {
  test.each(fromJava)('of %s is the one that Java computes', (key, hash, of3, of4, of6, of12) => {
    expect(murmur2(key)).toBe(hash)
    expect([3, 4, 6, 12].map((count) => partitionOf(key, count))).toEqual([of3, of4, of6, of12])
  })
})
