import { timestamp } from '@samspill/contracts'
import type { Glance } from '@samspill/postgres'
import { describe, expect, test, vi } from 'vitest'
import { Breakers } from '../src/parking/breakers.ts'
import { Retrier, type RetrierOptions } from '../src/parking/retrier.ts'

const nothing = (): void => undefined
const stream = 'nav.layoffs'

describe('parked events are looked for', () => {
  test.each([
    { when: 'nothing is parked', dueIn: undefined, open: [], rest: 1_000 },
    { when: 'none is due for long', dueIn: 4_000, open: [], rest: 1_000 },
    { when: 'one is due soon', dueIn: 700, open: [], rest: 700 },
    { when: 'one is due next', dueIn: 5, open: [], rest: 400 },
    { when: 'one was due just now', dueIn: 0, open: [], rest: 400 },
    { when: 'the stream is not handled now', dueIn: undefined, open: [stream], rest: 400 },
  ])('$rest ms after a look that shows that $when', async ({ dueIn, open, rest }) => {
    const now = timestamp(1_000_000)
    const rests = await restsAfter(
      {
        nextRetryAt: dueIn === undefined ? undefined : now + dueIn,
        openBreakers: new Set(open),
        someAsked: false,
      },
      now,
    )
    expect(rests).toEqual([0, rest])
  })
})

/** For how long the retrier rests before its first look and after it. */
async function restsAfter(seen: Glance, now: ReturnType<typeof timestamp>): Promise<readonly number[]> {
  const rests: number[] = []
  const looked = Promise.withResolvers<void>()
  const within: RetrierOptions['glances']['within'] = (milliseconds, signal) => {
    rests.push(milliseconds)
    if (rests.length === 1) return Promise.resolve(seen)
    looked.resolve()
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)))
  }
  const database = { query: () => Promise.resolve({ rows: [], rowCount: 0 }) }
  const log = { debug: nothing, info: nothing, warn: nothing, error: nothing }
  const common = { database: database as never, log, now: () => now, random: () => 0.5 }
  const options: Partial<Record<keyof RetrierOptions, unknown>> = {
    ...common,
    streams: new Map([[stream, {}]]),
    breakers: new Breakers({ ...common, metrics: { breakerOpen: nothing } }),
    glances: { within },
    resumePartitions: vi.fn<RetrierOptions['resumePartitions']>(),
  }
  await using retrier = new Retrier(options as unknown as RetrierOptions)
  await looked.promise
  expect(retrier).toBeDefined()
  return rests
}
