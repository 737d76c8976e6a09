import { describe, expect, test } from 'vitest'
import { countLine, countTests } from '../test-results.ts'

const report = (file: string, status: string, tests: Record<string, string>) => ({
  success: status === 'passed',
  testResults: [
    {
      name: file,
      status,
      assertionResults: Object.entries(tests).map(([fullName, outcome]) => ({ fullName, status: outcome })),
    },
  ],
})

describe('the line that counts tests', () => {
  test('counts a test once that two runs tell of', () => {
    const check = report('log.test.ts', 'passed', { one: 'passed', two: 'passed' })
    const all = report('log.test.ts', 'passed', { one: 'passed', two: 'passed', three: 'skipped', four: 'todo' })
    expect(countLine(countTests([check, all]))).toBe('2 passed, 0 failed, 2 skipped')
  })

  test('counts it as failed if it failed in either', () => {
    const check = report('log.test.ts', 'failed', { one: 'failed' })
    const all = report('log.test.ts', 'passed', { one: 'passed' })
    expect(countLine(countTests([check, all]))).toBe('0 passed, 1 failed, 0 skipped')
  })

  test('counts a file that could not be read as a failed test', () => {
    expect(countTests([report('broken.test.ts', 'failed', {})])).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('tells tests of one name in one file apart', () => {
    const twice = { ...report('log.test.ts', 'passed', { one: 'passed' }) }
    const [file] = twice.testResults
    const both = [...(file?.assertionResults ?? []), ...(file?.assertionResults ?? [])]
    const tests = { success: true, testResults: [{ name: 'log.test.ts', status: 'passed', assertionResults: both }] }
    expect(countTests([tests]).passed).toBe(2)
  })
})
