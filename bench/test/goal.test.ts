import { describe, expect, test } from 'vitest'
import { judge } from '../harness/goal.ts'

const figures = new Map([
  ['hub', [90, 180, 88, 92, 45]],
  ['bare', [100, 200, 100, 100, 50]],
  ['idle', [0.2, 0.25, 0.22, 0.21, 0.6]],
])

describe('a goal', () => {
  test('is judged by the ratios of the same round, so that a slow round harms nobody', () => {
    // Given values that differ by four, and ratios that hardly differ
    const verdict = judge({ goal: 'at least 0.85 × bare', of: 'hub', against: 'bare', least: 0.85 }, figures)
    // Then
    expect(verdict).toMatchObject({ goal: 'at least 0.85 × bare', rounds: 5, met: true })
    expect(verdict?.value).toBeCloseTo(0.9, 2)
  })

  test('is not met where only the mean lies on its side, and not the whole interval', () => {
    const verdict = judge({ goal: 'at least 0.89 × bare', of: 'hub', against: 'bare', least: 0.89 }, figures)
    expect(verdict?.value).toBeGreaterThan(0.89)
    expect(verdict?.met).toBe(false)
  })

  test('of an absolute figure has its own interval', () => {
    const goal = { goal: 'less than 0.5 %', of: 'idle', most: 0.5 }
    // Given one round in which something else was at work
    expect(judge(goal, figures)).toMatchObject({ met: true })
    expect(judge({ ...goal, most: 0.4 }, figures)).toMatchObject({ met: false })
  })

  test('whose figure was not measured has no verdict', () => {
    expect(judge({ goal: 'later', of: 'four-million', most: 1 }, figures)).toBeUndefined()
    expect(judge({ goal: 'later', of: 'hub', against: 'four-million', least: 1 }, figures)).toBeUndefined()
  })
})
