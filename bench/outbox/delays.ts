import { setTimeout as wait } from 'node:timers/promises'
import { eventIdOf } from './tables.ts'

const perSecond = 500
const warmUpSeconds = 3

/**
 * How long after their commits events are acknowledged, with 500 transactions a second that begin at their times however
 * long the ones before take: in milliseconds, sorted. The event of a transaction has the id that goes with the
 * transaction's number.
 */
export async function delaysOf(source: {
  /** Resolves when the transaction is committed. */
  transaction(number: number): Promise<void>
  /** When events were acknowledged, by id, in milliseconds as `performance.now()` tells. */
  readonly acknowledgedAt: ReadonlyMap<string, number>
  /** The number of the first transaction. */
  readonly from: number
  readonly seconds: number
}): Promise<readonly number[]> {
  const { transaction, acknowledgedAt, from, seconds } = source
  const committed = new Map<string, number>()
  const one = async (number: number, measured: boolean): Promise<void> => {
    await transaction(from + number)
    if (measured) committed.set(eventIdOf(from + number), performance.now())
  }
  const start = performance.now()
  const underWay: Promise<void>[] = []
  for (let number = 0; number < perSecond * (warmUpSeconds + seconds);) {
    const due = Math.floor(((performance.now() - start) * perSecond) / 1000) + 1
    for (; number < due; number += 1) underWay.push(one(number, number >= perSecond * warmUpSeconds))
    await wait(1)
  }
  await Promise.all(underWay)
  while ([...committed.keys()].some((id) => !acknowledgedAt.has(id))) await wait(10)
  return [...committed]
    .map(([id, at]) => Math.max(0.001, (acknowledgedAt.get(id) ?? Number.NaN) - at))
    .toSorted((one, other) => one - other)
}

/** The value below which this share of sorted values lies. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}
