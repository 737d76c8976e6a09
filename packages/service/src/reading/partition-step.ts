import type { EventDecoder } from '@samspill/avro'
import type { IncomingBatch } from '@samspill/kafka'
import type { Breakers } from '../parking/breakers.ts'
import { judgeOfFirstAttempts, judgeOfProbe, type ProbeJudge } from '../parking/judges.ts'
import { firstSubjects } from './first-subjects.ts'
import { PartitionBatch, type LookBack } from './partition-batch.ts'
import { planPrepared, prepareRecords, type Origin, type PreparedRecords } from './planned-record.ts'
import type { PlannedRecord, SubscribedStream, WorkableRecord } from './planned-record.ts'
import type { Judge } from './settle-batch.ts'

/** What of a delivery is next, its schemas known as far as they can be. */
export interface UpcomingStep {
  readonly origin: Origin
  readonly prepared: PreparedRecords
  /** The offset behind it. */
  readonly after: bigint
  /** Whether it only tries out if the stream can be handled again. */
  readonly probing: boolean
}

/** A part of a delivery, and whether it only tries out if the stream can be handled again. */
export interface Step {
  readonly batch: PartitionBatch
  readonly judge: Judge
  readonly probe: ProbeJudge | undefined
  /** Bytes that hide their keys: the partition stands behind the batch. */
  readonly blocked: Extract<PlannedRecord, { kind: 'blocked' }> | undefined
}

/** What steps are made with. */
export interface StepSurroundings {
  readonly decoder: EventDecoder
  readonly breakers: Breakers
  /** Events per transaction. */
  readonly batchSize: number
}

/** The next part of a delivery; undefined where its stream's breaker is open, and it is not this partition's to probe. */
export async function upcomingStep(
  { assignment, records, nextOffset }: IncomingBatch,
  from: bigint,
  subscribed: SubscribedStream,
  { decoder, breakers, batchSize }: StepSurroundings,
): Promise<UpcomingStep | undefined> {
  const { name } = subscribed.stream
  const probing = breakers.isOpen(name)
  if (probing && !breakers.takeProbe(name, 'partitions')) return undefined
  const origin = { topic: assignment.topic, partition: assignment.partition, subscribed }
  const start = records.findIndex(({ offset }) => offset >= from)
  const prepared = await prepareRecords(records.slice(start, start + batchSize), origin, decoder)
  return { origin, probing, prepared, after: records[start + batchSize]?.offset ?? nextOffset }
}

/** Decodes what is next, up to bytes that hide their keys; of a stream that is tried out only a few subjects. */
export function planStep(
  { origin, probing, prepared, after }: UpcomingStep,
  place: { readonly begins: bigint; readonly lookBack: LookBack },
  { decoder, breakers }: StepSurroundings,
): Step {
  const { topic, partition, subscribed } = origin
  const { name } = subscribed.stream
  const planned = planPrepared(prepared, origin, decoder)
  const blocked = planned.find((record) => record.kind === 'blocked')
  const workable = planned.slice(0, blocked === undefined ? undefined : planned.indexOf(blocked)) as WorkableRecord[]
  const batch = new PartitionBatch({ topic, partition, stream: name, ...place }, workable, blocked?.offset ?? after)
  if (!probing) return { batch, judge: judgeOfFirstAttempts(breakers.watcher(name)), probe: undefined, blocked }
  const { count, subjects } = firstSubjects(workable)
  const probe = judgeOfProbe(subjects)
  const part = count < workable.length ? batch.part(0, count) : batch
  return { batch: part, judge: probe, probe, blocked: count < workable.length ? undefined : blocked }
}
