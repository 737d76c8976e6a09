import { describe, expect, test } from 'vitest'
import { geometricMean, median, pairedRatios, spread } from '../harness/statistics.ts'

describe('statistics', () => {
  test('the median of an odd number of values is the one in the middle, of an even number lies between two', () => {
    expect(median([5, 1, 3])).toBe(3)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(() => median([])).toThrow(RangeError)
  })

  test('the spread is the range as a share of the median', () => {
    expect(spread([90, 100, 120])).toBeCloseTo(0.3)
    expect(spread([7])).toBe(0)
  })

  test('ratios are of the same round', () => {
    expect(pairedRatios([10, 30], [5, 10])).toEqual([2, 3])
    // One that runs once has one ratio, to the first round.
    expect(pairedRatios([10], [5, 10])).toEqual([2])
  })

  test('given known logarithms, the interval is that of Student', () => {
    // Logarithms -1, 0, 1: mean 0, standard deviation 1, t for 2 degrees of freedom is 4.303.
    const { value, low, high } = geometricMean([Math.exp(-1), 1, Math.exp(1)])
    expect(value).toBeCloseTo(1)
    expect(Math.log(low)).toBeCloseTo(-4.303 / Math.sqrt(3), 3)
    expect(Math.log(high)).toBeCloseTo(4.303 / Math.sqrt(3), 3)
  })

  test('given five rounds, t for four degrees of freedom counts', () => {
    const { low, value } = geometricMean([0.8, 0.9, 1, 1.1, 1.2].map(Math.exp))
    expect(Math.log(value) - Math.log(low)).toBeCloseTo((2.776 * Math.sqrt(0.025)) / Math.sqrt(5), 4)
  })

  test('equal values have no width, and one value has no interval', () => {
    expect(geometricMean([3, 3, 3, 3, 3]).high).toBeCloseTo(3)
    expect(geometricMean([3])).toEqual({ value: expect.closeTo(3), low: expect.closeTo(3), high: expect.closeTo(3) })
  })

  test('what is not positive has no geometric mean', () => {
    for (const values of [[], [1, 0], [1, -1], [Number.NaN]]) expect(() => geometricMean(values)).toThrow(RangeError)
  })
})
