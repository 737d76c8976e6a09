/**
 * Days since 1970-01-01 of a `yyyy-mm-dd` text; undefined where it is no day that exists.
 * Counted in whole numbers (Hinnant's days_from_civil), since every event holds dates and Date makes objects of them.
 */
export function daysOfLocalDate(text: unknown): number | undefined {
  if (typeof text !== 'string' || text.length !== 10) return undefined
  if (text.charCodeAt(4) !== dash || text.charCodeAt(7) !== dash) return undefined
  const year = digitsAt(text, 0, 4)
  const month = digitsAt(text, 5, 7)
  const day = digitsAt(text, 8, 10)
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  return daysOfCivil(year, month, day)
}

/** The `yyyy-mm-dd` text of a day; undefined outside the years 0000 to 9999. */
export function localDateOfDays(days: number): string | undefined {
  if (!Number.isInteger(days) || days < firstDay || days > lastDay) return undefined
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leapDays = Math.trunc(dayOfEra / 1_460) - Math.trunc(dayOfEra / 36_524) + Math.trunc(dayOfEra / 146_096)
  const yearOfEra = Math.trunc((dayOfEra - leapDays) / 365)
  const daysBefore = 365 * yearOfEra + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100)
  const dayOfYear = dayOfEra - daysBefore
  // Years begin in March here, so that the leap day is the last.
  const monthFromMarch = Math.trunc((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.trunc((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

const dash = 45
const firstDay = daysOfCivil(0, 1, 1)
const lastDay = daysOfCivil(9999, 12, 31)

function daysOfCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year
  const era = Math.floor(marchYear / 400)
  const yearOfEra = marchYear - era * 400
  const dayOfYear = Math.trunc((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.trunc(yearOfEra / 4) - Math.trunc(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The number that the characters write, or a negative one where they are not all digits. */
export function digitsAt(text: string, start: number, end: number): number {
  let number = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

function padded(number: number, length: number): string {
  const text = String(number)
  return text.length === length ? text : text.padStart(length, '0')
}
