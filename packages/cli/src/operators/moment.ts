import { InvalidArgumentError } from 'commander'

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** Reads a moment since 1970: ISO 8601, or how long ago, e.g. `2h` or `7d`. Refuses anything else. */
export function momentOf(text: string, now: number): Date {
  const moment = new Date(agoOf(text, now) ?? dateOf(text))
  if (moment.getTime() >= 0) return moment
  throw new InvalidArgumentError(
    'Write a moment since 1970, e.g. 2026-11-21T13:00:00+01:00, or how long ago, e.g. 30m, 2h, 7d.',
  )
}

function agoOf(text: string, now: number): number | undefined {
  const ago = /^(\d+)([smhd])$/.exec(text)
  return ago === null ? undefined : now - Number(ago[1]) * units[ago[2] as keyof typeof units]
}

/** NaN where it is none. */
function dateOf(text: string): number {
  const found = /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text)
  const day = new Date(found?.[1] ?? '')
  // Date takes the 31st of February for the 3rd of March.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== found?.[1]) return Number.NaN
  return new Date(text).getTime()
}

/** How long ago it was, in the largest unit that fits. */
export function ageText(since: Date, now: number): string {
  const seconds = Math.max(0, Math.round((now - since.getTime()) / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** A moment as all pages of the hub write it: UTC, to the second. */
export function momentText(moment: Date): string {
  return moment.toISOString().replace(/\.\d+Z$/, 'Z')
}
