import { describe, expect, test } from 'vitest'
import { OpenFetches } from '../src/platformatic/open-fetches.ts'

describe('the fetches that are under way', () => {
  test('are forgotten when they have ended, well or not', async () => {
    const fetches = new OpenFetches()
    const failure = new Error('the connection was lost')
    await fetches.wait(Promise.resolve())
    await expect(fetches.wait(Promise.reject(failure))).rejects.toBe(failure)
    expect(fetches.count).toBe(0)
  })

  test('are no longer waited for when they are given up', async () => {
    const fetches = new OpenFetches()
    const never = new Promise<void>(() => undefined)
    const waiting = [fetches.wait(never), fetches.wait(never)]
    expect(fetches.count).toBe(2)
    fetches.giveUp()
    await Promise.all(waiting)
    expect(fetches.count).toBe(0)
  })
})
