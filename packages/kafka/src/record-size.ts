import type { OutgoingRecord } from './partition-writer.ts'

/** Length, attributes, deltas and counts of one record in a batch, at their longest. */
const recordOverhead = 40
const headerOverhead = 10
/** The header of a record batch. */
export const batchOverhead = 61
/** Bytes per batch, at most, unless told otherwise: below what a topic takes unless told otherwise. */
export const mostBatchBytes = 1_000_000
/** Bytes that one record may take. */
export const mostRecordBytes: number = mostBatchBytes - batchOverhead

/** An upper bound of the bytes that a record takes in a batch. */
export function sizeOfRecord(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  let size = recordOverhead + (record.key?.length ?? 0) + (record.value?.length ?? 0)
  // Three bytes is the most that UTF-8 takes for one UTF-16 unit; header names are short, so a bound is enough.
  for (const [name, value] of record.headers) size += headerOverhead + name.length * 3 + value.length
  return size
}
