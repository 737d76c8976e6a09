import { localDate, type LocalDate } from '@samspill/service'
import { addDays, firstDay, isWeekday } from './days.ts'

/**
 * The last calendar month (`yyyy-mm`) that employers must have reported when the layoff begins. A month is due on the
 * 5th of the next one, or the first weekday after it; until that day has passed the month before is the last.
 * Source: dagpengeforskriften § 3A-2, and NAV's own cases for it.
 */
export function lastReportedMonth(layoffStart: LocalDate): string {
  const due = firstDay(localDate(`${layoffStart.slice(0, 7)}-05`), isWeekday)
  return monthBefore(layoffStart, layoffStart > due ? 1 : 2)
}

function monthBefore(day: LocalDate, count: number): string {
  let month = day.slice(0, 7)
  for (let number = 0; number < count; number++) month = addDays(localDate(`${month}-01`), -1).slice(0, 7)
  return month
}
