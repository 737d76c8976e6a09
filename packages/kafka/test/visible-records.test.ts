import { noHeaders } from '@samspill/contracts'
import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../src/wire/record-batch.ts'
import { visibleRecords } from '../src/wire/visible-records.ts'

const plain = {
  timestamp: 0,
  key: null,
  value: null,
  headers: noHeaders,
  control: false,
  transactional: false,
  producerId: -1n,
}
const written = (offset: bigint, producerId: bigint): LogRecord => ({
  ...plain,
  offset,
  producerId,
  transactional: true,
})
const marker = (offset: bigint, producerId: bigint, kind: 'abort' | 'commit'): LogRecord => ({
  ...written(offset, producerId),
  control: true,
  key: Buffer.from([0, 0, 0, kind === 'abort' ? 0 : 1]),
})
const seen = (records: LogRecord[], aborted: { producerId: bigint; firstOffset: bigint }[] = []) =>
  visibleRecords({ records, aborted }).map(({ offset, record }) => [offset, record !== undefined])

describe('the records of transactions', () => {
  test('are shown when they are committed, without the marker, whose place is kept', () => {
    expect(seen([written(0n, 7n), marker(1n, 7n, 'commit')])).toEqual([
      [0n, true],
      [1n, false],
    ])
  })

  test('are left out when they are aborted, up to the abort marker of that producer', () => {
    const records = [written(0n, 7n), written(1n, 8n), marker(2n, 7n, 'abort'), written(3n, 7n)]
    expect(seen(records, [{ producerId: 7n, firstOffset: 0n }])).toEqual([
      [1n, true],
      [3n, true],
    ])
  })

  test('leave other records alone', () => {
    const records = [written(0n, 7n), { ...plain, offset: 1n }]
    expect(seen(records, [{ producerId: 7n, firstOffset: 0n }])).toEqual([[1n, true]])
  })
})
