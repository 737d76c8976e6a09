import { HubError } from '@samspill/contracts'
import type { KafkaLog } from '../log.ts'
import type { IncomingRecord } from '../partition-reader.ts'
import type { Position, TopicPartition } from '../topic-partition.ts'
import type { FetchedPartition } from '../wire/fetch-response.ts'
import { visibleRecords } from '../wire/visible-records.ts'

/** A stretch of one partition: from an offset up to, and without, another. */
export interface RecordRange extends TopicPartition {
  readonly from: bigint
  readonly to: bigint
}

/** Records of one partition in offset order, never empty. */
export interface RangePart extends TopicPartition {
  readonly records: readonly IncomingRecord[]
}

/** Fetches one partition at a time from whoever leads it, outside of any group. */
export interface RangeFetcher extends AsyncDisposable {
  /** `doubtLeader`: who led it when it was last asked may lead it no more. */
  fetch(position: Position, options: { readonly doubtLeader: boolean }): Promise<FetchedPartition>
}

const outOfRange = 1
const attempts = 20
const pauseMilliseconds = 500

/** Reads ranges fetch by fetch, with a fetcher that is closed in the end, and holds no more than one fetch brings. */
export async function* readRanges(
  ranges: readonly RecordRange[],
  open: () => RangeFetcher,
  log: KafkaLog,
): AsyncGenerator<RangePart, void, void> {
  await using fetcher = open()
  for (const range of ranges) yield* readRange(range, fetcher, log)
}

async function* readRange(
  range: RecordRange,
  fetcher: RangeFetcher,
  log: KafkaLog,
): AsyncGenerator<RangePart, void, void> {
  const { topic, partition, to } = range
  let offset = range.from
  while (offset < to) {
    const from = offset
    const fetched = await fetchSomething({ topic, partition, offset }, fetcher, log)
    // A fetch from the middle of a batch brings the whole batch.
    const visible = visibleRecords(fetched).filter((each) => each.offset >= from)
    const records = visible.flatMap(({ record }) => (record !== undefined && record.offset < to ? [record] : []))
    offset = (visible.at(-1)?.offset ?? offset) + 1n
    if (records.length > 0) yield { topic, partition, records }
  }
}

async function fetchSomething(position: Position, fetcher: RangeFetcher, log: KafkaLog): Promise<FetchedPartition> {
  let cause: unknown
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
    try {
      const fetched = await fetcher.fetch(position, { doubtLeader: attempt > 1 })
      if (fetched.errorCode === 0 && fetched.records.length > 0) return fetched
      if (fetched.errorCode === outOfRange) throw expired(position)
      cause = new Error(fetched.errorCode === 0 ? 'nothing was returned' : `the broker answered ${fetched.errorCode}`)
    } catch (error) {
      if (error instanceof HubError && error.code === 'records-expired') throw error
      cause = error
    }
    log.debug('a range could not be fetched: trying again', { ...position, attempt, error: cause })
  }
  throw new HubError('broker-unreachable', 'the records of a partition could not be fetched', { cause })
}

function expired({ topic, partition, offset }: Position): HubError {
  return new HubError(
    'records-expired',
    `the log of ${topic} partition ${partition} no longer holds offset ${offset}: its records have expired`,
  )
}
