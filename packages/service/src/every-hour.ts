import { setTimeout as wait } from 'node:timers/promises'

const hour = 3_600_000

/** Does something every hour, for the first time in an hour, until it is disposed. The work must not reject. */
export function everyHour(work: (signal: AbortSignal) => Promise<void>): AsyncDisposable {
  const stopping = new AbortController()
  const running = (async () => {
    while (await hasPassed(hour, stopping.signal)) await work(stopping.signal)
  })()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

/** False where the signal aborts before. */
async function hasPassed(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(milliseconds, undefined, { signal, ref: false })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
