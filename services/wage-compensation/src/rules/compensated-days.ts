import { localDate, type LocalDate } from '@samspill/service'
import { addDays, firstDay, isWeekday, isWorkingDay, lastOf, lastWeekdayUpTo, weekdaysBetween } from './days.ts'

/** The scheme took effect on 20 March 2020. Source: the temporary § 3 b of permitteringslønnsloven. */
const schemeStart = localDate('2020-03-20')
/** The last day on which a layoff could begin and be in the scheme; from 1 September there was none. */
const schemeLastStart = localDate('2020-08-31')

const employerPayDays = 2
const compensatedDays = 18

/** What of a layoff decides its days. */
export interface LayoffPeriod {
  readonly start: LocalDate
  /** The last day of the layoff, null where it is not known yet. */
  readonly end: LocalDate | null
  /** Layoff percentage in hundredths: 10 000 is fully laid off, 5 000 is 50 %. */
  readonly degree: number
}

/** Days for which the state pays, first and last included. */
export interface CompensatedDays {
  readonly from: LocalDate
  readonly to: LocalDate
  /** Monday to Friday, public holidays counted. */
  readonly days: number
}

/** Why a layoff has no days in the scheme. */
export type NoDays = 'OUTSIDE_SCHEME' | 'ENDED_BEFORE_DAY_3'

/**
 * Finds the days with wage compensation: days 3 to 20 of the layoff.
 *
 * - The employer pays two whole working days first. At a partial layoff the two days stretch, at 50 % over four working
 *   days (parat.com, nbf.no). The period does not run on days off (permitteringslønnsloven § 3): public holidays are not
 *   counted.
 * - Then the state pays 18 days, counted Monday to Friday, public holidays counted, whatever the layoff percentage
 *   (Fellesforbundet, NITO, NBF).
 * - A layoff that began before 20 March 2020 moves to the new rule on that day: what is left of days 3 to 20 is paid
 *   (revisorforeningen.no).
 */
export function compensatedDaysOf(layoff: LayoffPeriod): CompensatedDays | NoDays {
  if (layoff.start > schemeLastStart) return 'OUTSIDE_SCHEME'
  const dayThree = firstDay(addDays(lastEmployerDay(layoff), 1), isWeekday)
  const dayTwenty = lastOf(compensatedDays, dayThree, isWeekday)
  const to = layoff.end !== null && layoff.end < dayTwenty ? layoff.end : dayTwenty
  if (to < dayThree) return 'ENDED_BEFORE_DAY_3'
  return between(dayThree < schemeStart ? schemeStart : dayThree, to) ?? 'OUTSIDE_SCHEME'
}

/** What is left of the days after `day`, undefined where nothing is. */
export function daysAfter(days: CompensatedDays, day: LocalDate): CompensatedDays | undefined {
  return day < days.from ? days : between(addDays(day, 1), days.to)
}

/** What is left of the days up to `day`, that day included, undefined where nothing is. */
export function daysUpTo(days: CompensatedDays, day: LocalDate): CompensatedDays | undefined {
  return day >= days.to ? days : between(days.from, day)
}

function between(from: LocalDate, to: LocalDate): CompensatedDays | undefined {
  const days = weekdaysBetween(from, to)
  return days === 0 ? undefined : { from: firstDay(from, isWeekday), to: lastWeekdayUpTo(to), days }
}

function lastEmployerDay(layoff: LayoffPeriod): LocalDate {
  const stretched = Math.ceil((employerPayDays * 10_000) / layoff.degree)
  return lastOf(stretched, layoff.start, isWorkingDay)
}
