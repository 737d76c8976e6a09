import type { ParkedFailure } from '@samspill/postgres'
import type { HandlerFailure } from '../reading/batch-failed.ts'
import type { EarlierFailures } from '../reading/batch.ts'
import type { WorkableRecord } from '../reading/planned-record.ts'
import { keptPause } from '../retry-pause.ts'
import { defaultRetries, type Retries } from '../subscription.ts'
import { kindOfFailure } from './failure-kind.ts'
import { reasonOf } from './reason-of-failure.ts'

/** What is outside is tried no less often than this: when it is back, its events are not to wait long. */
const longestOutsideMilliseconds = 30_000

/** Time and chance, from outside. */
export interface AttemptClock {
  readonly now: () => number
  /** A number from 0 up to 1. */
  readonly random: () => number
}

/** Decides after a failure when the record is tried again, or that a person must look. */
export function nextAttempt(
  record: WorkableRecord,
  { error, traceparent }: HandlerFailure,
  earlier: EarlierFailures,
  { now, random }: AttemptClock,
): ParkedFailure {
  const retries = record.kind === 'event' ? record.subscription.retries : defaultRetries
  const kind = kindOfFailure(error)
  const failedAt = now()
  const attempts = earlier.attempts + (kind === 'outside' ? 0 : 1)
  const { code, sentence } = reasonOf(error)
  const dead = kind === 'permanent' || (kind === 'counted' && attempts >= retries.attempts)
  const grown = kind === 'outside' ? pauseForOutside(retries, earlier, failedAt) : pauseAfter(retries, attempts)
  // Between half and the whole of it: what failed together is not tried together.
  const pause = keptPause(error, Math.round(grown * (0.5 + random() / 2)))
  return { attempts, retryAt: dead ? undefined : failedAt + pause, code, reason: sentence, failedAt, traceparent }
}

/** Milliseconds after so many attempts: twice as long each time. */
function pauseAfter({ firstMilliseconds, longestMilliseconds }: Retries, attempts: number): number {
  return Math.min(longestMilliseconds, firstMilliseconds * 2 ** (attempts - 1))
}

/** Grows with the time since the failure before, as no attempts are counted. */
function pauseForOutside(retries: Retries, { failedAt }: EarlierFailures, now: number): number {
  const grown = failedAt === undefined ? 0 : 2 * (now - failedAt)
  const longest = Math.min(longestOutsideMilliseconds, retries.longestMilliseconds)
  return Math.min(longest, Math.max(retries.firstMilliseconds, grown))
}
