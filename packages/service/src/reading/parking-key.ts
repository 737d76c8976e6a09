import { createHash } from 'node:crypto'
import type { IncomingRecord } from '@samspill/kafka'

/** In bytes: PostgreSQL's indexes hold less than 2,700, the stream's name included. */
export const longestKey = 1_000

/** The key that a record is parked under; all records without one share the empty key. */
export function keyOf({ key }: Pick<IncomingRecord, 'key'>): Buffer {
  if (key === null) return noKey
  return key.length <= longestKey ? key : standInFor(key)
}

const noKey = Buffer.alloc(0)

/** Of one key always the same, of two keys never, and itself too long: what is parked under it is never taken for good. */
function standInFor(key: Buffer): Buffer {
  const digest = createHash('sha256').update(key).digest()
  return Buffer.concat([digest, Buffer.alloc(longestKey + 1 - digest.length)])
}
