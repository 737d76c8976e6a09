import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readResult, totalsOf, writeResult, type KeptResult, type RunEntry } from '../src/results.ts'

const folder = mkdtempSync(join(tmpdir(), 'samspill-results-'))
const path = join(folder, 'runs.json')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run: RunEntry = {
  ...{ seed: 4711, fault: 'leader-killed', bite: 'kafka-2 was killed', acknowledged: 21_000, parked: 3_000 },
  ...{ violations: [{ promise: 'double-return', sentence: 'two answers' }], seconds: 20.4 },
}
const kept: KeptResult = { machine: '2 cores', from: '2026-11-22', to: '2026-11-27', runs: [run] }

test('a kept result is read as it was written, and there is none at first', () => {
  expect(readResult(path)).toBeUndefined()
  writeResult(path, kept)
  expect(readResult(path)).toMatchObject(kept)
})

test.each([
  '',
  '{"runs": [{"seed"',
  'null',
  '[]',
  '{"runs": 7}',
  '{"runs": [{"seed": "x", "fault": "leader-killed"}]}',
])('what is no kept result is not added to: %s', (text) => {
  writeFileSync(path, text)
  expect(() => readResult(path)).toThrow(expect.objectContaining({ code: 'result-unreadable' }))
  expect(() => readResult(path)).toThrow('restore it with git, or move it away')
})

test('the totals are the line that is printed', () => {
  expect(JSON.stringify(totalsOf([run, { ...run, violations: [] }]))).toBe(
    '{"runs":2,"acknowledged":42000,"missing":0,"doubleEffects":1,"inversions":0,"parked":6000,' +
      '"faults":{"leader-killed":2},"seconds":41}',
  )
})
