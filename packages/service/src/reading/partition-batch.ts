import { HubError } from '@samspill/contracts'
import {
  discardedOffsets,
  holdParkedKeys,
  park,
  readProgress,
  savePosition,
  type RecordToPark,
  type Transaction,
} from '@samspill/postgres'
import type { BatchOutcome, DivisibleBatch, EarlierFailures, OpenedBatch } from './batch.ts'
import { keyOf } from './parking-key.ts'
import type { WorkableRecord } from './planned-record.ts'

/** A part of one partition: records in order, and the offset after the last one. */
export class PartitionBatch implements DivisibleBatch<PartitionBatch> {
  readonly topic: string
  readonly partition: number
  readonly records: readonly WorkableRecord[]
  readonly next: bigint
  readonly #place: PartitionPlace
  /** Where this attempt found the position. */
  #found: bigint | undefined

  constructor(place: PartitionPlace, records: readonly WorkableRecord[], next: bigint) {
    this.topic = place.topic
    this.partition = place.partition
    this.#place = place
    this.records = records
    this.next = next
  }

  get isUnhindered(): boolean {
    return !this.#place.lookBack.someWaited
  }

  async open(transaction: Transaction): Promise<OpenedBatch> {
    const { stream, lookBack } = this.#place
    // While something of the stream is parked, asking for the keys at once saves each batch a round trip.
    const early = lookBack.someParked ? holdParkedKeys(transaction, stream, keysOf(this.records)) : undefined
    const [progress, held] = await Promise.all([readProgress(transaction, this, stream), early])
    const { position, someParked, someDiscarded } = progress
    lookBack.someParked = someParked
    if (!someParked) lookBack.someWaited = false
    this.#found = position
    if (position !== undefined && position < this.#place.begins) {
      throw new PositionBehind(position, this.#place.begins)
    }
    const ahead = recordsFrom(position, this.records)
    const left = someDiscarded ? await this.#withoutDiscarded(transaction, ahead) : ahead
    if (!someParked || left.length === 0) return { left, parkedKeys: new Set() }
    const parked = held ?? (await holdParkedKeys(transaction, stream, keysOf(left)))
    lookBack.someWaited = parked.size > 0
    return { left, parkedKeys: new Set(Array.from(parked, (key) => `${stream} ${key}`)) }
  }

  async close(transaction: Transaction, { failed, waiting }: BatchOutcome): Promise<void> {
    // Another process has handled all of it, and more.
    if (this.#found !== undefined && this.#found >= this.next) return
    const toPark = [
      ...failed.map(({ record, failure }) => ({ record: toRecordToPark(record), failure })),
      ...waiting.map((record) => ({ record: toRecordToPark(record), failure: undefined })),
    ].toSorted(({ record: one }, { record: other }) => Number(one.offset - other.offset))
    const [moved] = await Promise.all([
      savePosition(transaction, this, { from: this.#found, to: this.next }),
      park(transaction, toPark),
    ])
    if (!moved) throw new HubError('position-moved', 'another process handled the same records: this batch is undone')
  }

  part(from: number, to = this.records.length): PartitionBatch {
    const next = this.records[to]?.offset ?? this.next
    const begins = from === 0 ? this.#place.begins : (this.records[from]?.offset ?? this.next)
    return new PartitionBatch({ ...this.#place, begins }, this.records.slice(from, to), next)
  }

  earlierFailures(): EarlierFailures {
    return { attempts: 0, failedAt: undefined, traceparent: undefined }
  }

  /** Records that a person has given up are passed over when they are read again. */
  async #withoutDiscarded(
    transaction: Transaction,
    records: readonly WorkableRecord[],
  ): Promise<readonly WorkableRecord[]> {
    const offsets = records.map(({ offset }) => offset)
    const discarded = await discardedOffsets(transaction, this.topic, this.partition, offsets)
    return records.filter(({ offset }) => !discarded.has(offset))
  }
}

/** A partition, and the stream that is read from it. */
interface PartitionPlace {
  readonly topic: string
  readonly partition: number
  readonly stream: string
  /** The position where the batch begins; below its first record where what lies between holds nothing. */
  readonly begins: bigint
  readonly lookBack: LookBack
}

/**
 * The service's position is behind where the batch begins: what lies between has not been handled, and would be skipped.
 */
export class PositionBehind extends HubError {
  readonly position: bigint

  constructor(position: bigint, begins: bigint) {
    super(
      'position-behind',
      `the service has come to offset ${position} and was given what begins at ${begins}: it reads again from there`,
    )
    this.position = position
  }
}

/** What the latest batch of a stream has found. */
export interface LookBack {
  someParked: boolean
  /** Records of it had to wait behind parked ones. Of small batches few do, however long something is parked. */
  someWaited: boolean
}

/** All of them, as nearly always, where another process has handled none. */
function recordsFrom(position: bigint | undefined, records: readonly WorkableRecord[]): readonly WorkableRecord[] {
  const [first] = records
  if (position === undefined || first === undefined || first.offset >= position) return records
  return records.filter(({ offset }) => offset >= position)
}

function keysOf(records: readonly WorkableRecord[]): Buffer[] {
  return records.flatMap((record) => (record.kind === 'passed-over' ? [] : [keyOf(record.record)]))
}

/** A record as it is parked. */
export function toRecordToPark(planned: WorkableRecord): RecordToPark {
  const { stream, topic, partition, offset, record } = planned
  const event = planned.kind === 'event' ? planned : undefined
  return {
    stream,
    key: keyOf(record),
    topic,
    partition,
    offset,
    recordedAt: record.timestamp,
    value: record.value,
    headers: record.headers,
    event: event && { source: event.event.source, id: event.event.id, type: event.event.type },
    contentHash: event?.contentHash,
  }
}
