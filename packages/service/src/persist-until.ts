import { setTimeout as wait } from 'node:timers/promises'

const longestWaitMilliseconds = 5_000

/**
 * Does something that needs the parts of the hub, again and again until it succeeds or the signal aborts. `onFailure`
 * hears of each failure, and ends the attempts by throwing.
 */
export async function persistUntil<Result>(
  work: () => Promise<Result>,
  options: { readonly signal: AbortSignal; readonly onFailure: (error: unknown, attempt: number) => void },
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    options.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      options.onFailure(error, attempt)
      await wait(Math.min(longestWaitMilliseconds, 100 * 2 ** attempt), undefined, { signal: options.signal })
    }
  }
}
