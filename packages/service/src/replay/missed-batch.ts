import { holdParkedKeys, park, settledElsewhere, type Transaction } from '@samspill/postgres'
import type { BatchOutcome, DivisibleBatch, EarlierFailures, OpenedBatch } from '../reading/batch.ts'
import { keyOf } from '../reading/parking-key.ts'
import { toRecordToPark } from '../reading/partition-batch.ts'
import type { WorkableRecord } from '../reading/planned-record.ts'

/** Records of one partition that were passed over when they came: handled like any other, and no position moves. */
export class MissedBatch implements DivisibleBatch<MissedBatch> {
  readonly records: readonly WorkableRecord[]
  readonly isUnhindered = false

  constructor(records: readonly WorkableRecord[]) {
    this.records = records
  }

  /** Leaves out what is parked or discarded by now; what the inbox knows, it tells itself. */
  async open(transaction: Transaction): Promise<OpenedBatch> {
    const [first] = this.records
    if (first === undefined) return { left: [], parkedKeys: new Set() }
    const offsets = this.records.map(({ offset }) => offset)
    const elsewhere = await settledElsewhere(transaction, first, offsets)
    const left = this.records.filter(({ offset }) => !elsewhere.has(offset))
    const keys = left.map(({ record }) => keyOf(record))
    const parked = await holdParkedKeys(transaction, first.stream, keys)
    return { left, parkedKeys: new Set(Array.from(parked, (key) => `${first.stream} ${key}`)) }
  }

  async close(transaction: Transaction, { failed, waiting }: BatchOutcome): Promise<void> {
    const toPark = [
      ...failed.map(({ record, failure }) => ({ record: toRecordToPark(record), failure })),
      ...waiting.map((record) => ({ record: toRecordToPark(record), failure: undefined })),
    ].toSorted(({ record: one }, { record: other }) => Number(one.offset - other.offset))
    await park(transaction, toPark)
  }

  part(from: number, to = this.records.length): MissedBatch {
    return new MissedBatch(this.records.slice(from, to))
  }

  earlierFailures(): EarlierFailures {
    return { attempts: 0, failedAt: undefined, traceparent: undefined }
  }
}
