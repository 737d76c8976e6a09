import { decimal, localDate, type LocalDate } from '@samspill/contracts'
import type { LayoffRegistered } from '@samspill/schemas'
import type { Random } from './random.ts'
import type { Resident } from './residents.ts'

const percentages = [
  { weight: 14, percentage: decimal('100.00') },
  { weight: 3, percentage: decimal('50.00') },
  { weight: 1, percentage: decimal('60.00') },
  { weight: 1, percentage: decimal('40.00') },
  { weight: 1, percentage: decimal('80.00') },
]

/** Layoffs of those who work where spring 2020 hit; nine in ten of them. */
export function layoffsOf(residents: readonly Resident[], random: Random): readonly LayoffRegistered[] {
  return residents
    .filter(({ employment }) => employment.employer.industry.hit && random.chance(0.9))
    .map((resident) => {
      const start = startOf(resident, random)
      return {
        layoffId: random.uuid(),
        person: resident.identityNumber,
        employer: resident.employment.employer.number,
        subUnit: resident.employment.employer.subUnit,
        employmentId: resident.employment.id,
        start,
        end: random.chance(0.02) ? dayAfter(start, 1) : null,
        percentage: random.pickWeighted(percentages).percentage,
      }
    })
}

/**
 * Most layoffs begin in the five weeks after 12 March 2020, the day the country closed; the employer chooses the week.
 * A few began in winter, before the scheme.
 */
function startOf({ employment }: Resident, random: Random): LocalDate {
  if (random.chance(0.03)) return weekday(localDate(`2020-01-${random.integer(13, 31)}`))
  const week = employment.employer.number.charCodeAt(4) % 5
  return weekday(dayAfter(localDate('2020-03-12'), week * 7 + random.integer(0, 6)))
}

/** The day itself, or Monday where it is a weekend. */
function weekday(day: LocalDate): LocalDate {
  const weekdayNumber = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekdayNumber === 6 ? dayAfter(day, 2) : weekdayNumber === 0 ? dayAfter(day, 1) : day
}

function dayAfter(day: LocalDate, count: number): LocalDate {
  return localDate(new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10))
}
