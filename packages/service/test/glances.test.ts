import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Glances } from '../src/glances.ts'

describe('a look at what waits', () => {
  const query = vi.fn<() => Promise<never>>()
  const stopping = new AbortController()
  const { signal } = stopping
  let glances: Glances
  beforeEach(() => {
    vi.useFakeTimers()
    query
      .mockReset()
      .mockResolvedValue({ rows: [{ due: new Date(1_700), open: ['nav.layoffs'], asked: true }] } as never)
    glances = new Glances({ database: { query: query as never }, now: () => 1_000 })
  })
  afterEach(() => {
    glances[Symbol.dispose]()
    vi.useRealTimers()
  })

  test('is one statement for all who wait, as soon as the first of them wants it', async () => {
    const patient = glances.within(1_000, signal)
    const hurried = glances.within(400, signal)
    const between = glances.within(700, signal)
    await vi.advanceTimersByTimeAsync(399)
    expect(query).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)
    const seen = { nextRetryAt: 1_700, openBreakers: new Set(['nav.layoffs']), someAsked: true }
    expect(await Promise.all([patient, hurried, between])).toEqual([seen, seen, seen])
    await vi.advanceTimersByTimeAsync(2_000)
    expect(query).toHaveBeenCalledOnce()
  })

  test('is not older than the question', async () => {
    const answer = Promise.withResolvers<never>()
    query.mockReturnValueOnce(answer.promise)
    const first = glances.within(100, signal)
    await vi.advanceTimersByTimeAsync(100)
    const second = glances.within(100, signal)
    answer.resolve({ rows: [{ due: null, open: null, asked: false }] } as never)
    await vi.advanceTimersByTimeAsync(100)
    expect(await first).toEqual({ nextRetryAt: undefined, openBreakers: new Set(), someAsked: false })
    expect(await second).toMatchObject({ someAsked: true })
  })

  test('that fails is told to all who wait, and the next one is taken', async () => {
    query.mockRejectedValueOnce(new Error('away'))
    const both = Promise.allSettled([glances.within(100, signal), glances.within(200, signal)])
    await vi.advanceTimersByTimeAsync(100)
    expect(await both).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }])
    const next = glances.within(100, signal)
    await vi.advanceTimersByTimeAsync(100)
    expect(await next).toMatchObject({ someAsked: true })
  })

  test('is not waited for by who stops', async () => {
    const own = new AbortController()
    const stopped = glances.within(1_000, own.signal)
    const other = glances.within(1_000, signal)
    own.abort()
    expect(await stopped).toBeUndefined()
    expect(await glances.within(0, own.signal)).toBeUndefined()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await other).toMatchObject({ nextRetryAt: 1_700 })
  })
})
