import { noHeaders } from '@samspill/contracts'
import { getEventListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createLanes, type Lanes, type LanesOptions } from '../src/index.ts'
import { MemoryWriter, connectionLost, leaderAway } from './memory-writer.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
let writer: MemoryWriter
let lanes: Lanes

beforeEach(() => {
  vi.useFakeTimers()
  writer = new MemoryWriter()
  writer.answersByItself = false
  lanes = open()
})
afterEach(() => vi.useRealTimers())

function open(options: Partial<LanesOptions> = {}): Lanes {
  return createLanes(writer, { log: quiet, random: () => 0.5, ...options })
}

const send = (value: string, options?: Parameters<Lanes['send']>[1]): Promise<string> => {
  const record = {
    topic: 'nav.layoffs',
    key: Buffer.from('k'),
    value: Buffer.from(value),
    headers: noHeaders,
    timestamp: 0,
  }
  return lanes.send(record, options).then(
    ({ offset }) => `at ${offset}`,
    (error: { outcome: string; code: string }) => `${error.outcome}: ${error.code}`,
  )
}
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0)
const soon = (): { deadline: number } => ({ deadline: Date.now() + 100 })

describe('a deadline', () => {
  test('that passes while the record is queued takes it out of the lane: not written', async () => {
    const first = send('one')
    await settle()
    const queued = send('two', soon())
    const behind = send('three')
    await vi.advanceTimersByTimeAsync(100)
    expect(await queued).toBe('not-written: deadline-passed')
    writer.pending[0]?.succeed()
    await settle()
    writer.pending[0]?.succeed()
    expect(await Promise.all([first, behind])).toEqual(['at 0', 'at 1'])
    expect(writer.log.get(0)).toEqual(['one', 'three'])
  })

  test('that passes while the record is under way leaves it unknown, and the lane still settles the batch', async () => {
    const sent = send('one', soon())
    const companion = send('two')
    await vi.advanceTimersByTimeAsync(100)
    expect(await sent).toBe('unknown: deadline-passed')
    expect(lanes.queued.records).toBe(2)
    writer.pending[0]?.succeed()
    expect(await companion).toBe('at 1')
    expect(lanes.queued).toEqual({ records: 0, bytes: 0 })
  })

  test('that passes between attempts takes the record out where no attempt can have written it', async () => {
    const sent = send('one', { deadline: Date.now() + 50 })
    const companion = send('two')
    await settle()
    writer.pending[0]?.fail(leaderAway())
    await vi.advanceTimersByTimeAsync(50)
    expect(await sent).toBe('not-written: deadline-passed')
    await vi.advanceTimersByTimeAsync(50)
    expect(writer.pending.map(({ values }) => values)).toEqual([['two']])
    writer.pending[0]?.succeed()
    expect(await companion).toBe('at 0')
  })

  test('that passes after an attempt with unknown outcome leaves the record unknown', async () => {
    const sent = send('one', soon())
    await settle()
    writer.pending[0]?.fail(connectionLost())
    await vi.advanceTimersByTimeAsync(100)
    expect(await sent).toBe('unknown: deadline-passed')
  })

  test('that has passed already refuses the record at once', async () => {
    expect(await send('one', { deadline: Date.now() })).toBe('not-written: deadline-passed')
    expect(writer.batches).toEqual([])
  })
})

describe('an abort signal', () => {
  test('takes a queued record out, and leaves one under way unknown', async () => {
    const abort = new AbortController()
    const first = send('one', { signal: abort.signal })
    await settle()
    const queued = send('two', { signal: abort.signal })
    abort.abort()
    expect(await Promise.all([first, queued])).toEqual(['unknown: send-aborted', 'not-written: send-aborted'])
    expect(await send('three', { signal: abort.signal })).toBe('not-written: send-aborted')
  })

  test('is listened to once, however many records are sent under it', async () => {
    const { signal } = new AbortController()
    const all = Promise.all(['one', 'two', 'three'].map((value) => send(value, { signal })))
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await settle()
    writer.pending[0]?.succeed()
    expect(await all).toEqual(['at 0', 'at 1', 'at 2'])
  })
})

describe('the lanes of a process', () => {
  test('take no more records than they may hold', async () => {
    lanes = open({ maxRecords: 2 })
    void send('one')
    const second = send('two')
    expect(await send('three')).toBe('not-written: lanes-full')
    await settle()
    writer.pending[0]?.succeed()
    await second
    const next = send('four')
    await settle()
    writer.pending[0]?.succeed()
    expect(await next).toBe('at 2')
  })

  test('take no more bytes than they may hold', async () => {
    lanes = open({ maxBytes: 1000 })
    void send('x'.repeat(700))
    expect(await send('y'.repeat(700))).toBe('not-written: lanes-full')
  })

  test('refuse a record that is too large alone', async () => {
    expect(await send('x'.repeat(1_000_000))).toBe('not-written: record-too-large')
    expect(lanes.queued.records).toBe(0)
  })

  test('flush what is queued when they close, and take nothing more', async () => {
    const sent = [send('one')]
    await settle()
    sent.push(send('two'))
    const closed = lanes.close({ drainMilliseconds: 1000 })
    expect(await send('three')).toBe('not-written: lanes-closed')
    writer.pending[0]?.succeed()
    await settle()
    writer.pending[0]?.succeed()
    await closed
    expect(await Promise.all(sent)).toEqual(['at 0', 'at 1'])
  })

  test('give up at the drain limit: unknown where under way, not written where queued', async () => {
    const sent = [send('one')]
    await settle()
    sent.push(send('two'))
    const closed = lanes.close({ drainMilliseconds: 1000 })
    await vi.advanceTimersByTimeAsync(1000)
    await closed
    expect(await Promise.all(sent)).toEqual(['unknown: lanes-closed', 'not-written: lanes-closed'])
  })

  test('stop trying when they have closed', async () => {
    const sent = send('one')
    await settle()
    writer.pending[0]?.fail(leaderAway())
    await settle()
    const closed = lanes.close({ drainMilliseconds: 10 })
    await vi.advanceTimersByTimeAsync(10)
    await closed
    expect(await sent).toBe('not-written: lanes-closed')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(writer.batches).toHaveLength(1)
  })
})
