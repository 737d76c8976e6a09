import type { OutgoingRecord } from './partition-writer.ts'

/** Length, attributes, deltas and counts of one record in a batch, at their longest. */
const recordOverhead = 40
/** The header of a record batch. */
export const batchOverhead = 61
/** Bytes per batch, at most, unless told otherwise: below what a topic takes unless told otherwise. */
export const mostBatchBytes = 1_000_000
/** Bytes that one record may take. */
export const mostRecordBytes: number = mostBatchBytes - batchOverhead

/** An upper bound of the bytes that a record takes in a batch. */
export function sizeOfRecord(record: Pick<OutgoingRecord, 'key' | 'value' | 'headers'>): number {
  return recordOverhead + (record.key?.length ?? 0) + (record.value?.length ?? 0) + record.headers.length
}
