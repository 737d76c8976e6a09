import { createEventDecoder, type EventDecoder } from '@samspill/avro'
import { HubError, timestamp, noHeaders } from '@samspill/contracts'
import type { IncomingBatch, RunningReader } from '@samspill/kafka'
import { layoffRegistered, navLayoffs } from '@samspill/schemas'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { on, RetryLater } from '../src/index.ts'
import { PartitionWork, type PartitionSurroundings } from '../src/reading/partition-work.ts'
import { Turns } from '../src/reading/turns.ts'
import { retryPause } from '../src/retry-pause.ts'

const place = { topic: 'nav.layoffs', partition: 2 }

describe('a partition with a record that cannot be read', () => {
  const reader = {
    pause: vi.fn<RunningReader['pause']>(),
    resume: vi.fn<RunningReader['resume']>(),
    seek: vi.fn<RunningReader['seek']>(),
  }
  beforeEach(() => {
    vi.useFakeTimers()
    for (const order of Object.values(reader)) order.mockReset()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('stands at the record, and is tried again', async () => {
    await work().handle(delivery())
    expect(reader.pause).toHaveBeenCalledWith([place])
    expect(reader.seek).toHaveBeenCalledWith({ ...place, offset: 7n })
    vi.advanceTimersByTime(500)
    expect(reader.resume).toHaveBeenCalledWith([place])
  })

  test('is handed back by a process that stops, and keeps it waiting for nothing', async () => {
    const stopping = work(() => stopping.stop())
    await stopping.handle(delivery())
    expect(reader.seek).toHaveBeenCalledWith({ ...place, offset: 7n })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is left alone once it was taken away: its next owner says where it stands', async () => {
    let taken = false
    const slow = work(() => {
      taken = true
    })
    await slow.handle(delivery(() => taken))
    expect(reader.pause).not.toHaveBeenCalled()
    expect(reader.seek).not.toHaveBeenCalled()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('is not even decoded where it was taken away while it waited for its turn', async () => {
    const turns = new Turns(1)
    const other = Promise.withResolvers<void>()
    const turnOfAnother = turns.take(() => other.promise)
    const decode = vi.fn<EventDecoder['decode']>()
    let taken = false
    const decoder = { prepare: () => Promise.resolve(), isPrepared: () => true, decode }
    const handling = work(undefined, { turns, decoder }).handle(delivery(() => taken))
    await vi.advanceTimersByTimeAsync(0)
    taken = true
    other.resolve()
    await Promise.all([turnOfAnother, handling])
    expect(decode).not.toHaveBeenCalled()
    expect(reader.seek).not.toHaveBeenCalled()
  })

  function work(
    whileReading = (): void => {},
    instead: Partial<Pick<PartitionSurroundings, 'turns' | 'decoder'>> = {},
  ): PartitionWork {
    const ignore = (): void => {}
    const registry = {
      schemaById: () => {
        whileReading()
        return Promise.reject(new HubError('schema-unknown', 'the registry knows no such schema'))
      },
    }
    const subscription = on(layoffRegistered, () => undefined)
    const surroundings: Partial<Record<keyof PartitionSurroundings, unknown>> = {
      streams: new Map([
        [place.topic, { stream: navLayoffs, subscriptions: new Map([[layoffRegistered.type, subscription]]) }],
      ]),
      decoder: createEventDecoder({ registry, contracts: [layoffRegistered] }),
      database: { query: () => Promise.resolve({ rows: [], rowCount: 1 }) },
      metrics: { settled: ignore, stopped: ignore, waiting: ignore },
      log: { debug: ignore, info: ignore, warn: ignore, error: ignore },
      batchSize: 500,
      turns: new Turns(6),
      commits: { note: ignore, forget: ignore },
      standing: { stand: ignore, forget: ignore },
      breakers: { isOpen: () => false, watcher: () => ({ isOpen: () => false, observe: () => false }) },
      random: () => 0.5,
      now: () => timestamp(0),
      ...instead,
    }
    return new PartitionWork(surroundings as PartitionSurroundings, Promise.resolve(reader))
  }
})

describe('turns', () => {
  test('let no more work go on at once than there are, in the order in which it came', async () => {
    const turns = new Turns(3)
    let underWay = 0
    let most = 0
    const done: number[] = []
    await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        turns.take(async () => {
          most = Math.max(most, (underWay += 1))
          await Promise.resolve()
          underWay -= 1
          done.push(number)
        }),
      ),
    )
    expect(most).toBe(3)
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('are free again after work that failed', async () => {
    const turns = new Turns(1)
    await expect(turns.take(() => Promise.reject(new RangeError('no')))).rejects.toThrow(RangeError)
    expect(await turns.take(() => Promise.resolve('yes'))).toBe('yes')
  })
})

describe('the pause after a failure', () => {
  test('is as long as the failure asks for, where that is longer', () => {
    expect(retryPause(new RetryLater(60_000), 500)).toBe(60_000)
    expect(retryPause(new RetryLater(100), 500)).toBe(500)
    expect(retryPause(new Error('anything else'), 500)).toBe(500)
  })

  test.each([Number.POSITIVE_INFINITY, 1e12])('of %d milliseconds is no reason to try again at once', (asked) => {
    expect(retryPause(new RetryLater(asked), 500)).toBe(2 ** 31 - 1)
  })

  test('is the usual one where the failure asks for no number', () => {
    expect(retryPause(new RetryLater(Number.NaN), 500)).toBe(500)
  })
})

function delivery(isStale = (): boolean => false): IncomingBatch {
  const value = Buffer.of(0, 0, 0, 0, 9, 0)
  const record = { offset: 7n, timestamp: 0, key: Buffer.from('k'), value, headers: noHeaders }
  return {
    assignment: { ...place, epoch: 1 },
    records: [record],
    offset: 7n,
    nextOffset: 8n,
    highWatermark: 8n,
    isStale,
  }
}
