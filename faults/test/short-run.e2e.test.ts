import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { performRuns } from '../src/perform-runs.ts'
import type { RunEntry } from '../src/results.ts'

const load = { milliseconds: 4_000, subjects: 100, events: { outbox: 800, http: 800, lanes: 800 } }

const state = mkdtempSync(join(tmpdir(), 'samspill-faults-'))
afterAll(() => rmSync(state, { recursive: true, force: true }))

test(
  'a killed service and a killed leader lose nothing, do nothing twice, and keep the order',
  { timeout: 600_000 },
  async () => {
    const told: string[] = []
    const runs: RunEntry[] = []
    const failed = await performRuns({
      // A stack of its own: it has three brokers, and one of them is killed.
      name: `faults-${process.pid}`,
      state,
      seeds: [0, 1],
      kinds: ['service-killed', 'leader-killed'],
      load,
      tell: (line) => told.push(line),
      onRun: (run) => runs.push(run),
      now: Date.now,
    })
    expect(failed, told.join('\n')).toBe(0)
    expect(runs.map(({ violations }) => violations)).toEqual([[], []])
    expect(runs.map(({ fault }) => fault).toSorted()).toEqual(['leader-killed', 'service-killed'])
    for (const { acknowledged, bite } of runs) {
      // Only a COMMIT whose answer is lost is acknowledged to nobody.
      expect(acknowledged).toBeGreaterThan(2_300)
      expect(bite).toMatch(/, process \d+, was (killed|gone)/)
    }
    expect(runs.some(({ parked }) => parked > 0)).toBe(true)
  },
)
