import type { Log } from '@samspill/telemetry'
import type { Settled } from './settle-batch.ts'

/** Says in the log what a batch has parked: one line per kind of failure, however many failed with it. */
export function reportParked(log: Log, { results, errors }: Settled): void {
  const failed = results.flatMap((result) => result.failed)
  if (failed.length === 0) return
  const kinds = Map.groupBy(failed, ({ record, failure }) =>
    JSON.stringify([record.stream, failure.code, failure.retryAt === undefined]),
  )
  for (const alike of kinds.values()) {
    const [first] = alike
    if (first === undefined) continue
    const { record, failure } = first
    const fields = {
      stream: record.stream,
      topic: record.topic,
      partition: record.partition,
      offset: record.offset,
      code: failure.code,
      count: alike.length,
      error: errors.get(record),
    }
    if (failure.retryAt === undefined) log.error('events are dead letters: a person must look', fields)
    else log.warn('events are parked, and tried again', fields)
  }
}
