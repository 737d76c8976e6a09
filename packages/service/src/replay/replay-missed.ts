import { setTimeout as wait } from 'node:timers/promises'
import type { EventDecoder } from '@samspill/avro'
import { decodeHeaders, encodeHeaders } from '@samspill/contracts'
import type { IncomingRecord, KafkaConnection, RangePart, RecordRange } from '@samspill/kafka'
import { isConnectionLoss, isTransient, knownToInbox, readPositions, settledElsewhere } from '@samspill/postgres'
import { Breaker } from '../parking/breaker.ts'
import { judgeOfFirstAttempts } from '../parking/judges.ts'
import { planRecords, type SubscribedStream, type WorkableRecord } from '../reading/planned-record.ts'
import { reportParked } from '../reading/report-parked.ts'
import { settleBatch, type Judge, type SettleSurroundings } from '../reading/settle-batch.ts'
import type { ServiceMetrics } from '../service-metrics.ts'
import { MissedBatch } from './missed-batch.ts'
import { MissedTally, type MissedReport } from './missed-report.ts'

/** What missed events are replayed with. */
export interface MissedSurroundings extends SettleSurroundings {
  readonly kafka: Pick<KafkaConnection, 'topics' | 'readRanges'>
  /** By topic. */
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly decoder: EventDecoder
  readonly metrics: Pick<ServiceMetrics, 'settled'>
  /** Events per transaction. */
  readonly batchSize: number
  readonly signal: AbortSignal
  /** Tells the relay that rows wait in the outbox. */
  wakeRelay(): void
  /** Says how far it has come. */
  report(progress: MissedProgress): void
}

/** How far a replay of missed events has come. */
export interface MissedProgress {
  /** Records looked at, of how many. */
  readonly read: number
  readonly of: number
}

/** What is asked of a replay of missed events. */
export interface MissedWish {
  /** Milliseconds since 1970: what was written from then on is looked at. */
  readonly from: number
  /** Only counts. */
  readonly dryRun: boolean
}

/** Between attempts at a database that is away, or that the batch lost to others in. */
const pauseMilliseconds = 1_000

/**
 * Handles what the service has passed over since a moment in time: what stands in its streams before its own positions,
 * and neither in its inbox, nor parked, nor discarded. In order per subject, marked as replay, under the locks of all
 * handling; no group and no position moves. What fails is parked like any other event. Ended at any moment and begun
 * again it handles nothing twice. Throws `service-failing` where most subjects fail at once.
 */
export async function replayMissed(surroundings: MissedSurroundings, wish: MissedWish): Promise<MissedReport> {
  const { kafka, signal, report } = surroundings
  const { ranges, expired } = await rangesSince(wish.from, surroundings)
  const of = ranges.reduce((sum, { from, to }) => sum + Number(to - from), 0)
  const tally = new MissedTally()
  const judge = judgeOfOwn(surroundings)
  for await (const part of kafka.readRanges(ranges)) {
    for (let start = 0; start < part.records.length; start += surroundings.batchSize) {
      signal.throwIfAborted()
      const records = part.records.slice(start, start + surroundings.batchSize)
      const missed = await missedOf({ ...part, records }, surroundings, tally)
      tally.addMissed(missed)
      if (!wish.dryRun && missed.length > 0) await settle(new MissedBatch(missed), surroundings, judge, tally)
      report({ read: tally.read, of })
    }
  }
  return tally.report({ dryRun: wish.dryRun, from: wish.from, expired: Number(expired) })
}

/** Each partition from the moment in time up to where the service has come itself, and what may have been between. */
async function rangesSince(
  time: number,
  { kafka, database, streams }: MissedSurroundings,
): Promise<{ readonly ranges: readonly RecordRange[]; readonly expired: bigint }> {
  const positions = await readPositions(database)
  const topics = [...streams.keys()]
  const starts = (await Promise.all(topics.map((topic) => kafka.topics.offsetsAt(topic, time)))).flat()
  const ranges = starts.flatMap(({ topic, partition, offset }) => {
    const own = positions.find((each) => each.topic === topic && each.partition === partition)
    const to = own?.nextOffset
    return to === undefined || to <= offset ? [] : [{ topic, partition, from: offset, to }]
  })
  const logs = (await Promise.all(topics.map((topic) => kafka.topics.logEnds(topic)))).flat()
  // Where the log still holds what was written before the moment, nothing of what was written since is gone.
  const expired = logs.filter(({ topic, partition, earliest }) => {
    const start = starts.find((each) => each.topic === topic && each.partition === partition)
    return start === undefined || start.offset <= earliest
  })
  return { ranges, expired: expired.reduce((sum, { earliest }) => sum + earliest, 0n) }
}

/** Of the records of one partition, those that the service would handle and has nowhere. */
async function missedOf(
  { topic, partition, records }: RangePart,
  { streams, decoder, database }: MissedSurroundings,
  tally: MissedTally,
): Promise<readonly WorkableRecord[]> {
  const subscribed = streams.get(topic)
  if (subscribed === undefined) return []
  const planned = await planRecords(records.map(markedAsReplay), { topic, partition, subscribed }, decoder)
  const wanted = planned.filter((record) => record.kind === 'event' || record.kind === 'unreadable')
  const events = wanted.filter((record) => record.kind === 'event')
  const [known, elsewhere] = await Promise.all([
    knownToInbox(
      database,
      events.map(({ event }) => event),
    ),
    settledElsewhere(
      database,
      { topic, partition },
      wanted.map(({ offset }) => offset),
    ),
  ])
  const handled = new Set(events.filter((_, index) => known[index] === true))
  tally.addRead(records.length, planned.filter(({ kind }) => kind === 'blocked').length)
  return wanted.filter((record) => !elsewhere.has(record.offset) && !(record.kind === 'event' && handled.has(record)))
}

/** Also where it is parked now, it is a replay when it is handled later. */
function markedAsReplay(record: IncomingRecord): IncomingRecord {
  if (record.damage !== undefined) return record
  const others = decodeHeaders(record.headers).filter(([name]) => name !== 'ce_replay')
  const headers = encodeHeaders([...others, ['ce_replay', Buffer.from('true')]])
  const { offset, timestamp, key, value } = record
  return { offset, timestamp, key, value, headers }
}

async function settle(
  batch: MissedBatch,
  surroundings: MissedSurroundings,
  judge: Judge,
  tally: MissedTally,
): Promise<void> {
  const { signal, log, metrics, wakeRelay } = surroundings
  for (;;) {
    const settled = await settleBatch(batch, surroundings, judge)
    tally.addSettled(settled)
    reportParked(log, settled)
    for (const { topic } of batch.records.slice(0, 1)) metrics.settled(topic, settled, [])
    if (settled.results.some(({ returned }) => returned > 0)) wakeRelay()
    const { failure } = settled
    if (failure === undefined) return
    if (!isConnectionLoss(failure) && !isTransient(failure)) throw failure
    // What has committed of it is found in the inbox, or parked, the next time.
    await wait(pauseMilliseconds)
    signal.throwIfAborted()
  }
}

/** A breaker of its own: that all of the past fails says nothing about the present. */
function judgeOfOwn({ random, now }: MissedSurroundings): Judge {
  const breaker = new Breaker(random)
  return judgeOfFirstAttempts({
    isOpen: () => breaker.isOpen,
    observe(outcomes) {
      breaker.observe(outcomes, now())
      return breaker.isOpen
    },
  })
}
