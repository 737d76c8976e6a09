import { setTimeout as wait } from 'node:timers/promises'

/**
 * Looks again and again until `look` gives something other than undefined and false, and gives that back. Rejects after
 * `withinMilliseconds` with what the last look said was missing.
 */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined | false> | Found | undefined | false,
  withinMilliseconds = 30_000,
): Promise<Found> {
  const deadline = Date.now() + withinMilliseconds
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > deadline) throw new Error(`did not come about within ${withinMilliseconds} ms: ${what}`)
    await wait(50)
  }
}
