import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RowNotice } from '../src/row-notice.ts'

describe('the notice of committed rows', () => {
  const query = vi.fn<() => Promise<never>>()
  const debug = vi.fn<(message: string) => void>()
  let notice: RowNotice
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    query.mockReset().mockResolvedValue({ rows: [], rowCount: 0 } as never)
    debug.mockReset()
    notice = new RowNotice({ query: query as never }, { debug, info() {}, warn() {}, error() {} })
  })
  afterEach(() => vi.useRealTimers())

  it('is given at once', () => {
    notice.give()
    expect(query).toHaveBeenCalledOnce()
  })

  it('is given once more for all that were committed within 40 milliseconds', async () => {
    for (let number = 0; number < 100; number += 1) notice.give()
    await vi.advanceTimersByTimeAsync(39)
    expect(query).toHaveBeenCalledOnce()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(query).toHaveBeenCalledTimes(2)
  })

  it('that fails is told in the log, and the next one is given', async () => {
    query.mockRejectedValueOnce(new Error('away'))
    notice.give()
    await vi.advanceTimersByTimeAsync(40)
    expect(debug).toHaveBeenCalledOnce()
    notice.give()
    expect(query).toHaveBeenCalledTimes(2)
  })
})
