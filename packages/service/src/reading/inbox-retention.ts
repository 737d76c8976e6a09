import type { KafkaConnection } from '@samspill/kafka'
import { purgeInbox, purgeResults, type Database } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'
import { everyHour } from '../every-hour.ts'

/** What the inbox is kept small with. */
export interface PurgeOptions {
  readonly kafka: Pick<KafkaConnection, 'topics'>
  readonly database: Database
  /** The topics that the service reads. */
  readonly streams: ReadonlyMap<string, unknown>
  readonly log: Log
  readonly now: () => number
}

/** Kafka deletes whole segments, some time after their last record has expired. */
const margin = 30 * 24 * 3_600_000

/**
 * Removes events from the inbox, every hour, once no stream of the service can still hold them: an event that is read
 * again is then always found. Nothing is removed while a stream is kept for ever, or its retention is not known.
 */
export function startPurging(options: PurgeOptions): AsyncDisposable {
  return everyHour((signal) => purge(options, signal))
}

async function purge(options: PurgeOptions, signal: AbortSignal): Promise<void> {
  const { database, log, now } = options
  try {
    const longest = await longestRetention(options)
    if (longest === undefined) return
    const before = new Date(now() - longest - margin)
    let removed = 0
    for (let step = -1; step !== 0 && !signal.aborted; removed += step) step = await purgeInbox(database, before)
    if (removed > 0) log.info('removed events from the inbox that no stream holds any more', { count: removed })
    for (let step = -1; step !== 0 && !signal.aborted;) step = await purgeResults(database, before)
  } catch (error) {
    log.warn('the inbox could not be purged; it is tried again in an hour', { error })
  }
}

/** The longest retention of the streams, in milliseconds; undefined where one is for ever or not known. */
export async function longestRetention({
  kafka,
  streams,
}: Pick<PurgeOptions, 'kafka' | 'streams'>): Promise<number | undefined> {
  const described = await kafka.topics.describe([...streams.keys()])
  const retentions = described.map(({ settings }) => Number(settings['retention.ms'] ?? Number.NaN))
  return retentions.every((retention) => retention >= 0) ? Math.max(0, ...retentions) : undefined
}
