const millisecondsPerDay = 86_400_000

/** Days since 1970-01-01 of a `yyyy-mm-dd` text; undefined where it is no day that exists. */
export function daysOfLocalDate(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined
  const milliseconds = Date.parse(`${text}T00:00:00Z`)
  // Date.parse takes 30 February for 1 March in some forms: writing it back shows that.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(text)) return undefined
  return milliseconds / millisecondsPerDay
}

/** The `yyyy-mm-dd` text of a day; undefined outside the years 0000 to 9999. */
export function localDateOfDays(days: number): string | undefined {
  const date = new Date(days * millisecondsPerDay)
  const year = date.getUTCFullYear()
  return year >= 0 && year <= 9999 ? date.toISOString().slice(0, 10) : undefined
}
