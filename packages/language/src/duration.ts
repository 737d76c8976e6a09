import { HubError } from '@samspill/contracts'

const day = 86_400_000
const units: readonly (readonly [name: string, milliseconds: number])[] = [
  ['years', 366 * day],
  ['months', 31 * day],
  ['weeks', 7 * day],
  ['days', day],
  ['hours', 3_600_000],
  ['minutes', 60_000],
  ['seconds', 1_000],
]
const pattern =
  /^P(?=.)(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?=.)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+)S)?)?$/

/**
 * How long a retention is, in milliseconds; -1 for `forever`, as the broker writes it. A year counts as 366 days and a
 * month as 31, so that nothing goes before its time. Throws `invalid-value`.
 */
export function retentionMilliseconds(retention: string): number {
  if (retention === 'forever') return -1
  const parts = pattern.exec(retention)?.groups
  const total = units.reduce((sum, [name, length]) => sum + Number(parts?.[name] ?? 0) * length, 0)
  if (!Number.isSafeInteger(total) || total <= 0) {
    throw new HubError(
      'invalid-value',
      'The retention is not a duration: write ISO 8601, e.g. P90D or P5Y, or "forever".',
    )
  }
  return total
}
