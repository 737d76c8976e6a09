import type { IncomingRecord } from '../partition-reader.ts'
import type { FetchedPartition } from './fetch-response.ts'
import type { LogRecord } from './record-batch.ts'

/** A record for the reader, or only a place that its position moves past. */
export interface VisibleRecord {
  readonly offset: bigint
  readonly record: IncomingRecord | undefined
}

/** Leaves out markers and the records of aborted transactions; a last record that is left out keeps its place. */
export function visibleRecords({ records, aborted }: Pick<FetchedPartition, 'records' | 'aborted'>): VisibleRecord[] {
  const open = new Set<bigint>()
  const coming = [...aborted].sort((one, other) => Number(one.firstOffset - other.firstOffset))
  const visible: VisibleRecord[] = []
  for (const record of records) {
    for (let next = coming[0]; next && record.offset >= next.firstOffset; next = coming[0]) {
      open.add(next.producerId)
      coming.shift()
    }
    if (isAbortMarker(record)) open.delete(record.producerId)
    if (record.control || (record.transactional && open.has(record.producerId))) continue
    visible.push({ offset: record.offset, record })
  }
  const last = records.at(-1)
  if (last && visible.at(-1)?.offset !== last.offset) visible.push({ offset: last.offset, record: undefined })
  return visible
}

function isAbortMarker(record: LogRecord): boolean {
  if (!record.control) return false
  const { key } = record
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0
}
