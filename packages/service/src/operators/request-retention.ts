import { purgeRequests, type Database } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'
import { everyHour } from '../every-hour.ts'

/** What the requests of operators are kept few with. */
export interface RequestRetentionOptions {
  readonly database: Pick<Database, 'query'>
  readonly log: Log
  readonly now: () => number
}

/** How long a request can be looked up after it has ended. */
const keptMilliseconds = 30 * 24 * 3_600_000

/** Removes requests of operators, every hour, that ended 30 days ago. What operators have done stays written down. */
export function startPurgingRequests(options: RequestRetentionOptions): AsyncDisposable {
  return everyHour((signal) => purgeEndedRequests(options, signal))
}

/** Removes the requests that ended 30 days before now. */
export async function purgeEndedRequests(options: RequestRetentionOptions, signal: AbortSignal): Promise<void> {
  const { database, log, now } = options
  try {
    const before = new Date(now() - keptMilliseconds)
    for (let step = -1; step !== 0 && !signal.aborted;) step = await purgeRequests(database, before)
  } catch (error) {
    log.warn('ended requests of operators could not be removed; it is tried again in an hour', { error })
  }
}
