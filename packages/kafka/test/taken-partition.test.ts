import { describe, expect, it, vi } from 'vitest'
import { leaveOutWhatIsSlow } from '../src/platformatic/taken-partition.ts'

describe('what a fetch has brought for several partitions', () => {
  it('lets the next fetch wait for all of them where none is behind', async () => {
    const [first, second] = [partition(), partition()]
    const waiting = settlementOf(leaveOutWhatIsSlow([first, second]))

    first.end()
    await turn()
    expect(waiting.isOver).toBe(false)

    second.end()
    await turn()
    expect(waiting.isOver).toBe(true)
    expect(second.isHeld).toBe(false)
  })

  it('does not let a partition that is behind wait for a slower one', async () => {
    const [behind, slow] = [partition({ isBehind: true }), partition({ isBehind: true })]
    const waiting = settlementOf(leaveOutWhatIsSlow([behind, slow]))

    behind.end()
    await turn()

    expect(waiting.isOver).toBe(true)
    expect(behind.isHeld).toBe(false)
    expect(slow.isHeld).toBe(true)
  })

  it('leaves out what takes longer than 200 ms until it is done', async () => {
    vi.useFakeTimers()
    try {
      const slow = partition()
      const waiting = leaveOutWhatIsSlow([slow])
      await vi.advanceTimersByTimeAsync(200)
      await waiting
      expect(slow.isHeld).toBe(true)

      slow.end()
      await vi.advanceTimersByTimeAsync(0)
      expect(slow.isHeld).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('takes a partition in again of which something has failed', async () => {
    const [behind, failing] = [partition({ isBehind: true }), partition()]
    const waiting = leaveOutWhatIsSlow([behind, failing])
    behind.end()
    await waiting
    expect(failing.isHeld).toBe(true)

    failing.fail()
    await turn()
    expect(failing.isHeld).toBe(false)
  })
})

function partition({ isBehind = false } = {}) {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const state = {
    done,
    isBehind,
    isHeld: false,
    assigned: { hold: () => void (state.isHeld = true), release: () => void (state.isHeld = false) },
    end: resolve,
    fail: () => reject(new Error('the ends of the log could not be told')),
  }
  return state
}

function settlementOf(promise: Promise<void>): { isOver: boolean } {
  const settlement = { isOver: false }
  void promise.then(() => (settlement.isOver = true))
  return settlement
}

/** Lets all that is settled by now go on. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
