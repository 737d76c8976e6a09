import { RetryLater } from '@samspill/contracts'

/** A timer of Node holds no more, and fires at once when it is given more. */
const longestTimer = 2 ** 31 - 1

/** Milliseconds to wait after a failure: as long as it asks for, and no less than the pause that has grown. */
export function retryPause(failure: unknown, grown: number): number {
  const asked = failure instanceof RetryLater && failure.afterMilliseconds > 0 ? failure.afterMilliseconds : 0
  return Math.min(longestTimer, Math.max(asked, grown))
}
