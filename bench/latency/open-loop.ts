import { setTimeout as wait } from 'node:timers/promises'

/** What an open loop is told. */
export interface OpenLoop {
  /** Events per second. */
  readonly rate: number
  readonly seconds: number
  /**
   * Publishes the event that was due at this moment (microseconds since 1970), and resolves when it is acknowledged.
   * The loop never waits for it: whoever is slow is measured from when the event was due, not from when it was let in.
   */
  readonly publish: (dueAt: number) => Promise<unknown>
}

/** What was published: from when to when it was due, and how many. */
export interface Published {
  /** Microseconds since 1970, the first and last due moment. */
  readonly from: number
  readonly to: number
  readonly count: number
}

/** The time of day in microseconds since 1970. */
export function microseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1000)
}

/** Publishes at fixed moments, whatever becomes of the events before. Rejects with the first failure. */
export async function openLoop({ rate, seconds, publish }: OpenLoop): Promise<Published> {
  const from = microseconds()
  const count = Math.round(rate * seconds)
  const dueAt = (number: number): number => from + Math.round((number * 1e6) / rate)
  const acknowledged: Promise<unknown>[] = []
  let failure: unknown
  while (acknowledged.length < count) {
    const now = microseconds()
    while (acknowledged.length < count && dueAt(acknowledged.length) <= now) {
      const sent = publish(dueAt(acknowledged.length))
      sent.catch((error: unknown) => (failure ??= error))
      acknowledged.push(sent)
    }
    if (failure !== undefined) throw failure
    await wait(1)
  }
  await Promise.all(acknowledged)
  return { from, to: dueAt(count - 1), count }
}
