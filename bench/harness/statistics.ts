/** A mean with the interval that holds it at 95 %. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** The middle of some values, or between the two in the middle. Throws RangeError where there are none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('there is no median of nothing')
  const sorted = values.toSorted((one, other) => one - other)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0
  return (lower + upper) / 2
}

/** The value that so large a share of the sorted values does not exceed. Throws RangeError where there are none. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]
  if (value === undefined) throw new RangeError('there is no percentile of nothing')
  return value
}

/** How far the values lie apart: largest minus smallest, as a share of the median. */
export function spread(values: readonly number[]): number {
  const middle = median(values)
  return middle === 0 ? 0 : (Math.max(...values) - Math.min(...values)) / middle
}

/**
 * The geometric mean of positive values and its 95 % interval: Student's t on their logarithms, since ratios and times
 * are skewed and a doubling counts as much as a halving. One value has no interval: both ends are the value itself.
 * Throws RangeError for none, and for values that are not positive.
 */
export function geometricMean(values: readonly number[]): Estimate {
  if (values.length === 0 || !values.every((value) => value > 0 && Number.isFinite(value))) {
    throw new RangeError('a geometric mean needs positive values')
  }
  const logarithms = values.map(Math.log)
  const count = logarithms.length
  const mean = sum(logarithms) / count
  if (count === 1) return { value: Math.exp(mean), low: Math.exp(mean), high: Math.exp(mean) }
  const variance = sum(logarithms.map((value) => (value - mean) ** 2)) / (count - 1)
  const half = studentsT(count - 1) * Math.sqrt(variance / count)
  return { value: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) }
}

/** The values of one round divided by those of the same round. */
export function pairedRatios(values: readonly number[], others: readonly number[]): number[] {
  return values.slice(0, others.length).map((value, round) => value / (others[round] ?? Number.NaN))
}

/** Two-sided 95 % quantiles of Student's t for 1, 2, … degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]

function studentsT(degrees: number): number {
  // Beyond 30 the last one is a little too wide, so a verdict errs on the side of "not shown".
  return quantiles[Math.min(degrees, quantiles.length) - 1] ?? Number.POSITIVE_INFINITY
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
