import { noHeaders } from '@samspill/contracts'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLanes, type Lanes, type LanesOptions } from '../src/index.ts'
import { MemoryWriter, connectionLost, leaderAway, refused, writerLost } from './memory-writer.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
let writer: MemoryWriter
let lanes: Lanes

beforeEach(() => {
  vi.useFakeTimers()
  writer = new MemoryWriter()
  lanes = open()
})
afterEach(() => vi.useRealTimers())

function open(options: Partial<LanesOptions> = {}): Lanes {
  return createLanes(writer, { log: quiet, random: () => 0.5, ...options })
}

const record = (value: string, key = 'person-1') => ({
  topic: 'nav.layoffs',
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: noHeaders,
  timestamp: 0,
})
const send = (value: string, options?: Parameters<Lanes['send']>[1]) => lanes.send(record(value), options)
/** What became of a send: its offset, or the outcome and code of its failure. */
const outcome = (sent: Promise<{ offset: bigint }>): Promise<string> =>
  sent.then(
    ({ offset }) => `at ${offset}`,
    (error: { outcome: string; code: string }) => `${error.outcome}: ${error.code}`,
  )
const settle = () => vi.advanceTimersByTimeAsync(0)
/** Lets the turn end, which is when lanes begin. */
const soon = async <Value>(sent: Promise<Value>): Promise<Value> => {
  await settle()
  return sent
}

describe('records of one partition', () => {
  test('are written in the order they were sent, each told its offset', async () => {
    const sent = await soon(Promise.all(['one', 'two', 'three'].map((value) => send(value))))
    expect(writer.log.get(0)).toEqual(['one', 'two', 'three'])
    expect(sent.map(({ offset }) => offset)).toEqual([0n, 1n, 2n])
  })

  test('gather into the next batch while one is under way, and never two are', async () => {
    writer.answersByItself = false
    const sent = ['one', 'two', 'three', 'four'].map((value) => outcome(send(value)))
    await settle()
    sent.push(outcome(send('five')), outcome(send('six')))
    await settle()
    expect(writer.pending.map(({ values }) => values)).toEqual([['one', 'two', 'three', 'four']])
    writer.pending[0]?.succeed()
    await settle()
    expect(writer.pending.map(({ values }) => values)).toEqual([['five', 'six']])
    writer.pending[0]?.succeed()
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 1', 'at 2', 'at 3', 'at 4', 'at 5'])
    expect(writer.mostAtOnce).toBe(1)
  })

  test('stay below the bounds of a batch in count and bytes', async () => {
    lanes = open({ maxBatchRecords: 3, maxBatchBytes: 400 })
    await soon(Promise.all(['a', 'b', 'c', 'd', 'x'.repeat(200), 'y'.repeat(200)].map((value) => send(value))))
    expect(writer.batches.map((batch) => batch.length)).toEqual([3, 2, 1])
  })
})

describe('different partitions', () => {
  test('do not wait for each other', async () => {
    writer.partitions = 12
    writer.answersByItself = false
    void outcome(lanes.send(record('one', 'a')))
    const other = outcome(lanes.send(record('two', 'bergen')))
    await settle()
    writer.pending.find(({ values }) => values[0] === 'two')?.succeed()
    expect(await other).toBe('at 0')
  })
})

describe('when an append fails for a while', () => {
  test('the batch keeps its place at the head, and the lane counts as stuck until it succeeds', async () => {
    writer.answersByItself = false
    const sent = ['one', 'two'].map((value) => outcome(send(value)))
    await settle()
    writer.pending[0]?.fail(leaderAway())
    sent.push(outcome(send('three')))
    await settle()
    expect(lanes.stuck()).toEqual([{ topic: 'nav.layoffs', partition: 0 }])
    writer.answersByItself = true
    await vi.advanceTimersByTimeAsync(100)
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 1', 'at 2'])
    expect(writer.log.get(0)).toEqual(['one', 'two', 'three'])
    expect(lanes.stuck()).toEqual([])
  })

  test('with an unknown outcome the very same records are sent again, so that the broker can recognise them', async () => {
    writer.answersByItself = false
    const sent = outcome(send('one'))
    await settle()
    const first = writer.pending[0]?.records
    writer.pending[0]?.fail(connectionLost())
    void outcome(send('two'))
    await vi.advanceTimersByTimeAsync(100)
    expect(writer.pending[0]?.records).toBe(first)
    writer.pending[0]?.succeed()
    expect(await sent).toBe('at 0')
  })

  test('or does not end for long, its partition counts as stuck', async () => {
    writer.answersByItself = false
    const sent = outcome(send('one'))
    await vi.advanceTimersByTimeAsync(4000)
    expect(lanes.stuck()).toEqual([])
    await vi.advanceTimersByTimeAsync(2000)
    expect(lanes.stuck()).toHaveLength(1)
    writer.pending[0]?.succeed()
    expect(await sent).toBe('at 0')
    expect(lanes.stuck()).toEqual([])
  })

  test('the pauses grow', async () => {
    writer.answersByItself = false
    void outcome(send('one'))
    const attempts: number[] = []
    for (let second = 0; second < 20; second += 1) {
      await vi.advanceTimersByTimeAsync(1000)
      writer.pending[0]?.fail(leaderAway())
      attempts.push(writer.batches.length)
    }
    expect(attempts.at(-1)).toBeLessThan(16)
  })
})

describe('when the broker refuses', () => {
  test('records that it will never take are refused, and the lane goes on', async () => {
    writer.answersByItself = false
    const sent = outcome(send('one'))
    await settle()
    const next = outcome(send('two'))
    writer.pending[0]?.fail(refused('topic-forbidden'))
    writer.answersByItself = true
    expect(await sent).toBe('not-written: topic-forbidden')
    expect(await next).toBe('at 0')
  })

  test('a batch for one record in it, only that record is refused and order holds', async () => {
    writer.answersByItself = false
    const sent = ['one', 'two', 'BIG', 'four', 'five'].map((value) => outcome(send(value)))
    for (let turn = 0; turn < 12; turn += 1) {
      await settle()
      const append = writer.pending[0]
      if (append?.values.includes('BIG')) append.fail(refused('record-too-large'))
      else append?.succeed()
    }
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 1', 'not-written: record-too-large', 'at 2', 'at 3'])
    expect(writer.log.get(0)).toEqual(['one', 'two', 'four', 'five'])
  })

  test('the writer itself, it is rebuilt once however many lanes fail', async () => {
    writer.partitions = 12
    writer.answersByItself = false
    const sent = ['a', 'bergen', 'ab'].map((key) => outcome(lanes.send(record(key, key))))
    await settle()
    for (const append of [...writer.pending]) append.fail(writerLost())
    writer.answersByItself = true
    await vi.advanceTimersByTimeAsync(1000)
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 0', 'at 0'])
    expect(writer.rebuilds).toBe(1)
  })

  test('the rebuilding too, it is tried again', async () => {
    writer.answersByItself = false
    const sent = outcome(send('one'))
    await settle()
    writer.rebuildFails = leaderAway()
    writer.pending[0]?.fail(writerLost())
    await vi.advanceTimersByTimeAsync(1000)
    writer.rebuildFails = undefined
    writer.answersByItself = true
    await vi.advanceTimersByTimeAsync(5000)
    expect(await sent).toBe('at 0')
    expect(writer.rebuilds).toBeGreaterThan(1)
  })
})

describe('a topic', () => {
  test('that does not exist refuses its records at once', async () => {
    writer.partitionsFail = refused('topic-unknown')
    expect(await outcome(send('one'))).toBe('not-written: topic-unknown')
    writer.partitionsFail = undefined
    expect(await soon(outcome(send('two')))).toBe('at 0')
  })

  test('that cannot be looked up yet keeps its records waiting in order', async () => {
    writer.partitionsFail = leaderAway()
    const sent = ['one', 'two'].map((value) => outcome(send(value)))
    await settle()
    writer.partitionsFail = undefined
    sent.push(outcome(send('three')))
    await vi.advanceTimersByTimeAsync(200)
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 1', 'at 2'])
  })

  test('lets those go whose deadline has passed, and keeps the others of the same moment that were answered', async () => {
    const deadline = Date.now() + 50
    const first = outcome(send('one', { deadline }))
    await settle()
    writer.partitionsFail = undefined
    const [early, late] = [outcome(send('two', { deadline })), outcome(send('three', { deadline: deadline + 1_000 }))]
    await vi.advanceTimersByTimeAsync(2_000)
    expect(await Promise.all([first, early, late])).toEqual(['at 0', 'at 1', 'at 2'])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('that cannot be looked up lets records go at their deadline', async () => {
    writer.partitionsFail = leaderAway()
    const sent = outcome(send('one', { deadline: Date.now() + 50 }))
    await vi.advanceTimersByTimeAsync(60)
    expect(await sent).toBe('not-written: deadline-passed')
    expect(lanes.queued).toEqual({ records: 0, bytes: 0 })
  })
})
