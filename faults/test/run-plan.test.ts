import { describe, expect, test } from 'vitest'
import { faultKinds, networkPairs } from '../src/plan/fault-kinds.ts'
import { planRun } from '../src/plan/run-plan.ts'

describe('the plan of a run', () => {
  test('is the same for the same seed', () => {
    expect(planRun(4711)).toEqual(planRun(4711))
    expect(planRun(4711)).not.toEqual(planRun(4712))
  })

  test.each([0, 1, 7, 4711])('deals each kind at least five times in the hundred runs from seed %i on', (first) => {
    const plans = Array.from({ length: 100 }, (_, index) => planRun(first + index))
    for (const kind of faultKinds) {
      expect(plans.filter(({ fault }) => fault === kind).length).toBeGreaterThanOrEqual(5)
    }
    const cut = plans.filter(({ fault }) => fault === 'network-cut' || fault === 'network-delayed')
    expect(new Set(cut.map(({ pair }) => pair))).toEqual(new Set(networkPairs))
  })

  test('begins the fault at a random moment while the load runs', () => {
    const moments = Array.from({ length: 200 }, (_, seed) => planRun(seed)).map(
      ({ faultAt, load }) => faultAt / load.milliseconds,
    )
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(0.1)
    expect(Math.max(...moments)).toBeLessThanOrEqual(0.6)
    expect(new Set(moments).size).toBeGreaterThan(150)
  })
})
