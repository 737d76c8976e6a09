import { isDeepStrictEqual } from 'node:util'
import type { EventDecoder } from '@samspill/avro'

/** The whole of a value, where it cannot be looked into. */
const everything = '*'

/**
 * The names of the fields in which two record values differ, e.g. `amount` or `employer.name`; none where the same is
 * written in two ways. The decoder must have been prepared for both.
 */
export function differingFields(before: Buffer, now: Buffer, decoder: Pick<EventDecoder, 'decode'>): readonly string[] {
  let both: readonly [unknown, unknown]
  try {
    both = [decoder.decode(before).data, decoder.decode(now).data]
  } catch {
    // What was sent can no longer be read with the contracts of today: that alone is a difference.
    return [everything]
  }
  return namesOf(both[0], both[1])
}

function namesOf(before: unknown, now: unknown): readonly string[] {
  if (isDeepStrictEqual(before, now)) return []
  if (!isRecord(before) || !isRecord(now)) return [everything]
  const names = new Set([...Object.keys(before), ...Object.keys(now)])
  return Array.from(names).flatMap((name) => {
    return namesOf(before[name], now[name]).map((inner) => (inner === everything ? name : `${name}.${inner}`))
  })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}
