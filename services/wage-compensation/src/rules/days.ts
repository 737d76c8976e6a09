import { localDate, type LocalDate } from '@samspill/service'

const millisecondsPerDay = 86_400_000

/** The day after, or `count` days after. */
export function addDays(day: LocalDate, count: number): LocalDate {
  return localDate(new Date(Date.parse(`${day}T00:00:00Z`) + count * millisecondsPerDay).toISOString().slice(0, 10))
}

/** Monday to Friday, public holidays included: how days with wage compensation are counted. */
export function isWeekday(day: LocalDate): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday >= 1 && weekday <= 5
}

/** Monday to Friday but public holidays: how days with pay from the employer are counted. */
export function isWorkingDay(day: LocalDate): boolean {
  return isWeekday(day) && !publicHolidays2020.has(day)
}

/** The first day from `from` on, that day included, for which `counts` holds. */
export function firstDay(from: LocalDate, counts: (day: LocalDate) => boolean): LocalDate {
  let day = from
  while (!counts(day)) day = addDays(day, 1)
  return day
}

/** The last of the first `count` days from `from` on for which `counts` holds; `count` is at least 1. */
export function lastOf(count: number, from: LocalDate, counts: (day: LocalDate) => boolean): LocalDate {
  let day = firstDay(from, counts)
  for (let number = 1; number < count; number++) day = firstDay(addDays(day, 1), counts)
  return day
}

/** The last weekday up to `day`, that day included. */
export function lastWeekdayUpTo(day: LocalDate): LocalDate {
  let last = day
  while (!isWeekday(last)) last = addDays(last, -1)
  return last
}

/** How many weekdays lie from `from` to `to`, both included; 0 where `to` is before `from`. */
export function weekdaysBetween(from: LocalDate, to: LocalDate): number {
  let count = 0
  for (let day = from; day <= to; day = addDays(day, 1)) if (isWeekday(day)) count++
  return count
}

/** Public holidays of 2020 that fall on Monday to Friday; the scheme has no layoffs of other years. */
const publicHolidays2020: ReadonlySet<string> = new Set([
  '2020-01-01',
  '2020-04-09',
  '2020-04-10',
  '2020-04-13',
  '2020-05-01',
  '2020-05-21',
  '2020-06-01',
  '2020-12-25',
])
