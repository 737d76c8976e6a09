import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HubError } from '@samspill/contracts'
import { readStack } from '@samspill/local'
import { afterAll, expect, test } from 'vitest'
import { familyOf } from '../src/cluster/process-state.ts'
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
      signal: new AbortController().signal,
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

test('one that is stopped leaves no process behind, not even a frozen one', { timeout: 300_000 }, async () => {
  const stopping = new AbortController()
  const name = `faults-stopped-${process.pid}`
  const performing = performRuns({
    ...{ name, state, seeds: [0, 1], kinds: ['service-stopped'], load },
    tell(line) {
      // The service is frozen between 0.4 and 2.4 s after the start, for two seconds at least.
      if (line.startsWith('seed')) setTimeout(() => stopping.abort(new HubError('faults-stopped', 'stopped')), 2_600)
    },
    onRun: () => undefined,
    now: Date.now,
    signal: stopping.signal,
  })
  await expect(performing).rejects.toThrow('stopped')
  expect(familyOf(process.pid)).toEqual([process.pid])
  expect(readStack(name)).toBeUndefined()
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(`${name}-disk`)
})
