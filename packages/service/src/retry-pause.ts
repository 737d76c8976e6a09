import { RetryLater } from '@samspill/contracts'

/** A timer of Node holds no more, and fires at once when it is given more. */
const longestTimer = 2 ** 31 - 1
/** A hundred years: a moment beyond what a date holds could not be kept. */
const longestKept = 100 * 365 * 86_400_000

/** What `keptPause` says, for who waits by a timer: at most 24 days. */
export function retryPause(failure: unknown, grown: number): number {
  return Math.min(longestTimer, keptPause(failure, grown))
}

/** Milliseconds to wait after a failure: as long as it asks for, and no less than the pause that has grown. */
export function keptPause(failure: unknown, grown: number): number {
  return Math.min(longestKept, Math.max(askedPause(failure), grown))
}

/** How long a failure asks to be left alone, in milliseconds; 0 where it does not, or by a number that is none. */
export function askedPause(failure: unknown): number {
  if (!(failure instanceof RetryLater) || !(failure.afterMilliseconds > 0)) return 0
  return Math.ceil(failure.afterMilliseconds)
}
