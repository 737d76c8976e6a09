import type { EventDecoder } from '@samspill/avro'
import { claimParked, parkAgain, removeParked, type ParkedRecord, type Transaction } from '@samspill/postgres'
import {
  nameOfKey,
  type BatchOutcome,
  type DivisibleBatch,
  type EarlierFailures,
  type OpenedBatch,
} from '../reading/batch.ts'
import { planRecord, type SubscribedStream, type WorkableRecord } from '../reading/planned-record.ts'

/** A parked record, decoded again. */
export interface PlannedParked {
  readonly planned: WorkableRecord
  readonly parked: ParkedRecord
}

/** Decodes parked records as if they had just been read. `streams` are told by the stream's name. */
export async function planParked(
  records: readonly ParkedRecord[],
  streams: ReadonlyMap<string, SubscribedStream>,
  decoder: EventDecoder,
): Promise<PlannedParked[]> {
  await decoder.prepare(records.map(({ value }) => value))
  return records.flatMap((parked) => {
    const subscribed = streams.get(parked.stream)
    if (subscribed === undefined) return []
    const { topic, partition, offset, recordedAt: timestamp, value, headers } = parked
    const record = { offset, timestamp, key: parked.key.length === 0 ? null : parked.key, value, headers }
    return [{ parked, planned: planRecord(record, { topic, partition, subscribed }, decoder) }]
  })
}

/** Parked records: the first of some keys, each with what waits behind it, in order per key. */
export class ParkedBatch implements DivisibleBatch<ParkedBatch> {
  readonly records: readonly WorkableRecord[]
  readonly isUnhindered = false
  readonly #lines: readonly PlannedParked[]
  readonly #parked: ReadonlyMap<WorkableRecord, ParkedRecord>
  readonly #now: () => number

  constructor(lines: readonly PlannedParked[], now: () => number) {
    this.#lines = lines
    this.records = lines.map(({ planned }) => planned)
    this.#parked = new Map(lines.map(({ planned, parked }) => [planned, parked]))
    this.#now = now
  }

  /**
   * Claims the first of each key, and with it all behind it: only the first can be claimed. What another process has in
   * hand, has done, or has found to fail meanwhile is left out with its key.
   */
  async open(transaction: Transaction): Promise<OpenedBatch> {
    const firsts = new Map<string, bigint>()
    for (const { planned, parked } of this.#lines) {
      const name = nameOfKey(planned)
      if (!firsts.has(name)) firsts.set(name, parked.id)
    }
    const claimed = await claimParked(transaction, [...firsts.values()], this.#now())
    const left = this.records.filter((record) => claimed.has(firsts.get(nameOfKey(record)) ?? -1n))
    return { left, parkedKeys: new Set() }
  }

  async close(transaction: Transaction, { settled, failed }: BatchOutcome): Promise<void> {
    const ids = settled.flatMap((record) => this.#parked.get(record)?.id ?? [])
    const failures = failed.flatMap(({ record, failure }) => {
      const parked = this.#parked.get(record)
      return parked === undefined ? [] : [{ id: parked.id, failure }]
    })
    // What follows a record that goes is due at once; where it has failed too, it gets its own time after that.
    await Promise.all([
      removeParked(transaction, ids, this.#now()),
      failures.length === 0 ? undefined : parkAgain(transaction, failures),
    ])
  }

  part(from: number, to = this.#lines.length): ParkedBatch {
    return new ParkedBatch(this.#lines.slice(from, to), this.#now)
  }

  earlierFailures(record: WorkableRecord): EarlierFailures {
    const { attempts = 0, failedAt, traceparent } = this.#parked.get(record) ?? {}
    return { attempts, failedAt, traceparent }
  }
}
