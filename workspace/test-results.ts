import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where `npm run check` and `npm test` leave vitest's results as JSON, below the root. */
export const checkResultFile = join('.samspill', 'test-results', 'check.json')
export const testResultFile = join('.samspill', 'test-results', 'test.json')

export interface TestCounts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

interface VitestReport {
  readonly success: boolean
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[]
  }[]
}

/** Reads one of vitest's JSON reports. Undefined if there is none: the run did not get that far. */
export function readReport(path: string): VitestReport | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as VitestReport) : undefined
}

/**
 * Counts each test once, also where several reports tell of it: it failed if it failed anywhere. A file that failed
 * without a failed test (it could not be read, or its set-up threw) counts as one failed test.
 */
export function countTests(reports: readonly VitestReport[]): TestCounts {
  const outcomes = new Map<string, 'passed' | 'failed' | 'skipped'>()
  const worst = ['failed', 'passed', 'skipped'] as const
  const note = (name: string, outcome: 'passed' | 'failed' | 'skipped'): void => {
    const known = outcomes.get(name) ?? outcome
    outcomes.set(name, worst.find((each) => each === known || each === outcome) ?? outcome)
  }
  for (const file of reports.flatMap((report) => report.testResults)) {
    const seen = new Map<string, number>()
    for (const { fullName, status } of file.assertionResults) {
      const number = (seen.get(fullName) ?? 0) + 1
      seen.set(fullName, number)
      note(`${file.name}\0${fullName}\0${number}`, status === 'passed' || status === 'failed' ? status : 'skipped')
    }
    const hasFailedTest = file.assertionResults.some(({ status }) => status === 'failed')
    if (file.status === 'failed' && !hasFailedTest) note(`${file.name}\0the file itself`, 'failed')
  }
  const count = (outcome: string): number => [...outcomes.values()].filter((each) => each === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

/** The line that ends a run, e.g. `212 passed, 0 failed, 3 skipped`. */
export function countLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}
