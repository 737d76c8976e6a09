import { noHeaders } from '@samspill/contracts'
import type { IncomingRecord } from '@samspill/kafka'
import { describe, expect, test } from 'vitest'
import { lossOf } from '../../src/resume/loss.ts'

type Kafka = Parameters<typeof lossOf>[1]

const layoffs = { topic: 'nav.layoffs', partition: 2 }
const stoppedAt = (offset: bigint, code: string): Parameters<typeof lossOf>[0] => ({
  ...layoffs,
  nextOffset: offset,
  stopped: { code, reason: 'as told', offset, since: new Date('2020-03-20T10:00:00Z') },
})

describe('what a person gives up when a partition goes on', () => {
  test('are the records that have expired by now', async () => {
    const loss = await lossOf(stoppedAt(40n, 'records-expired'), kafkaWith(52n, 90n))
    expect(loss).toMatchObject({ to: 52n, records: 12n })
    expect(loss.sentence).toBe('12 records at offsets 40 to 51 expired, and will never be handled')
  })

  test('nobody can say where the log is another one: all that is there is read', async () => {
    const loss = await lossOf(stoppedAt(40n, 'records-missing'), kafkaWith(0n, 7n))
    expect(loss).toMatchObject({ to: 0n, records: undefined })
    expect(loss.sentence).toContain('what is missing nobody can say')
  })

  test('is the batch that cannot be unpacked, as a whole', async () => {
    const damaged = record(44n, { damage: 'the batch is not what its checksum says', damagedFrom: 40n })
    const loss = await lossOf(stoppedAt(40n, 'record-damaged'), kafkaWith(0n, 90n, [damaged, record(45n)]))
    expect(loss).toMatchObject({ to: 45n, records: 5n })
  })

  test('is nothing where the record can be unpacked by now', async () => {
    const loss = await lossOf(stoppedAt(40n, 'record-damaged'), kafkaWith(0n, 90n, [record(40n)]))
    expect(loss).toMatchObject({ to: 40n, records: 0n })
  })

  test('is nothing where what stands in the way may pass by itself', async () => {
    await expect(lossOf(stoppedAt(40n, 'database-unavailable'), kafkaWith(0n, 90n))).rejects.toMatchObject({
      code: 'stop-passes-by-itself',
      message: expect.stringContaining('nothing needs to be given up'),
    })
  })

  test('cannot be said of a partition that is gone', async () => {
    const gone = { ...stoppedAt(40n, 'records-missing'), partition: 9 }
    await expect(lossOf(gone, kafkaWith(0n, 7n))).rejects.toMatchObject({ code: 'topic-unknown' })
  })
})

function record(offset: bigint, damage: Partial<IncomingRecord> = {}): IncomingRecord {
  return { offset, timestamp: 0, key: null, value: null, headers: noHeaders, ...damage }
}

function kafkaWith(earliest: bigint, latest: bigint, records: readonly IncomingRecord[] = []): Kafka {
  const refuse = (): Promise<never> => Promise.reject(new Error('not asked for here'))
  return {
    topics: {
      ...{ brokers: refuse, describe: refuse, create: refuse, addPartitions: refuse, alterSettings: refuse },
      ...{ delete: refuse, committed: refuse, offsetsAt: refuse },
      logEnds: () => Promise.resolve([{ ...layoffs, earliest, latest }]),
    },
    async *readRanges() {
      await Promise.resolve()
      yield { ...layoffs, records }
    },
  }
}
