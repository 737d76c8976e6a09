import { describe, expect, it, vi } from 'vitest'
import { PartitionsInHand } from '../src/platformatic/partitions-in-hand.ts'

describe('a partition of which something is dealt with', () => {
  it('is left out of fetches until that is done, and no other one waits for it', async () => {
    const inHand = new PartitionsInHand()
    const [quick, slow] = [partition(), partition()]
    const quickEnds = inHand.hold(quick)
    void inHand.hold(slow)
    expect([quick.isHeld, slow.isHeld]).toEqual([true, true])

    quick.end()
    await quickEnds
    expect([quick.isHeld, slow.isHeld]).toEqual([false, true])
  })

  it('is taken in again where that has failed', async () => {
    const inHand = new PartitionsInHand()
    const failing = partition()
    const ends = inHand.hold(failing)
    failing.fail()
    await expect(ends).rejects.toThrow('the ends of the log')
    expect(failing.isHeld).toBe(false)
    expect(inHand.age).toBeUndefined()
  })
})

it('tells how long the first of several partitions is in hand', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const inHand = new PartitionsInHand()
    const [first, second] = [partition(), partition()]
    const firstEnds = inHand.hold(first)
    vi.advanceTimersByTime(30)
    void inHand.hold(second)
    vi.advanceTimersByTime(10)
    expect(inHand.age).toBe(40)

    first.end()
    await firstEnds
    expect(inHand.age).toBe(10)
  } finally {
    vi.useRealTimers()
  }
})

function partition() {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>()
  const state = {
    done,
    isHeld: false,
    assigned: { hold: () => void (state.isHeld = true), release: () => void (state.isHeld = false) },
    end: resolve,
    fail: () => reject(new Error('the ends of the log could not be told')),
  }
  return state
}
