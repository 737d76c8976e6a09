import { HubError } from '@samspill/contracts'
import type { NotReadyReason } from '@samspill/http'
import type { KafkaConnection, LostPosition, RunningReader } from '@samspill/kafka'
import { parkingStatus, readPositions } from '@samspill/postgres'
import type { Glances } from '../glances.ts'
import { Breakers } from '../parking/breakers.ts'
import { Retrier } from '../parking/retrier.ts'
import { GroupCommits } from './group-commits.ts'
import { startPurging } from './inbox-retention.ts'
import { PartitionWork, type PartitionSurroundings } from './partition-work.ts'
import { StandingPartitions } from './standing-partitions.ts'
import { Turns } from './turns.ts'

/** A service's reading; disposing of it finishes the running batches, commits and leaves the group. */
export interface Reading extends AsyncDisposable {
  /** Why it reads nothing now. */
  notReady(): readonly NotReadyReason[]
}

/** What a service's reading is started with. */
export interface ReadingOptions extends Omit<PartitionSurroundings, 'breakers' | 'commits' | 'standing' | 'turns'> {
  /** The consumer group: `<principal>.<service>`. */
  readonly group: string
  readonly kafka: KafkaConnection
  readonly glances: Pick<Glances, 'within'>
  /** Transactions at once that handle events. */
  readonly batchesAtOnce: number
}

const drainMilliseconds = 20_000

/**
 * Starts reading a service's streams. The positions kept in the service's own schema win over the group's committed
 * offsets, so that a group that Kafka has forgotten neither skips nor starts over.
 */
export async function startReading(options: ReadingOptions): Promise<Reading> {
  const { database, metrics, log } = options
  const started = Promise.withResolvers<RunningReader>()
  const breakers = new Breakers(options)
  const standing = new StandingPartitions({ database, log, goOn: (position) => work.goOn(position) })
  const commits = new GroupCommits(started.promise, log)
  const shared = { ...options, breakers, commits, standing, turns: new Turns(options.batchesAtOnce) }
  const work = new PartitionWork(shared, started.promise)
  const reader = await options.kafka.reader().run({
    group: options.group,
    topics: [...options.streams.keys()],
    async startAt(assigned) {
      const positions = await readPositions(database)
      const ours = positions.flatMap(({ topic, partition, nextOffset }) => {
        const isOurs = assigned.some((one) => one.topic === topic && one.partition === partition)
        return isOurs && nextOffset !== undefined ? [{ topic, partition, offset: nextOffset }] : []
      })
      // Whoever read them before may have been killed before it could tell the group.
      for (const position of ours) commits.note(position)
      return ours
    },
    onBatch: (batch) => work.handle(batch),
    onRevoked(revoked) {
      for (const assignment of revoked) work.forget(assignment)
    },
    onPositionLost: (lost) => stopForPerson(lost, { ...options, standing }),
  })
  started.resolve(reader)
  const purging = startPurging(options)
  const streams = new Map(Array.from(options.streams.values(), (subscribed) => [subscribed.stream.name, subscribed]))
  const retrier = new Retrier({ ...shared, streams, resumePartitions: () => work.resume() })
  const counted = new Set(streams.keys())
  metrics.observeParking(async () => {
    const counts = await parkingStatus(database, [...counted])
    // What was told once is told again, also when it is nothing any more.
    for (const { stream } of counts) counted.add(stream)
    return counts
  })
  metrics.observeLag(() => reader.lag())
  log.info('reading', { group: options.group, count: options.streams.size })

  return {
    notReady: () => [
      ...(reader.state === 'reading'
        ? []
        : [{ code: 'not-reading', message: 'it has no place in its consumer group yet, or the brokers are away' }]),
      ...breakers.notReady(),
    ],
    async [Symbol.asyncDispose]() {
      work.stop()
      commits[Symbol.dispose]()
      standing[Symbol.dispose]()
      await retrier[Symbol.asyncDispose]()
      await purging[Symbol.asyncDispose]()
      await reader.stop({ drainMilliseconds })
    },
  }
}

/**
 * Records that were not handled yet are gone: going on from what is left would skip events in silence, so the partition
 * stands until a person decides.
 */
function stopForPerson(
  lost: LostPosition,
  { standing, log, metrics }: ReadingOptions & { readonly standing: StandingPartitions },
): void {
  const { topic, partition, offset } = lost
  const error =
    offset < lost.logStart
      ? new HubError(
          'records-expired',
          `${lost.logStart - offset} records from offset ${offset} on have expired before they were handled`,
        )
      : new HubError('records-missing', `the log ends at ${lost.logEnd}: it no longer holds what was handled already`)
  metrics.stopped(topic, partition, true)
  log.error('the partition is stopped until a person decides', { topic, partition, offset, code: error.code, error })
  standing.stand({ topic, partition, offset, code: error.code, reason: error.message })
}
