import type { IncomingBatch } from '@samspill/kafka'

/** When the oldest record that is not handled yet was written: its own time, or that of the last one known before it. */
export function waitingSince({ records, highWatermark }: IncomingBatch, next: bigint): number | undefined {
  if (next >= highWatermark) return undefined
  return (records.find(({ offset }) => offset >= next) ?? records.at(-1))?.timestamp
}
