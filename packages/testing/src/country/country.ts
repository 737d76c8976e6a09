import type { LayoffRegistered, MonthlyIncomeReported } from '@samspill/schemas'
import { employersOf, type Employer } from './employers.ts'
import { incomesOf } from './incomes.ts'
import { layoffsOf } from './layoffs.ts'
import { noticesOf, type NoticeJson } from './notices.ts'
import { randomFrom } from './random.ts'
import { residentsOf, type Resident } from './residents.ts'

/** A synthetic country in spring 2020, as plain data. */
export interface Country {
  readonly seed: string
  readonly employers: readonly Employer[]
  readonly residents: readonly Resident[]
  readonly incomes: readonly MonthlyIncomeReported[]
  readonly notices: readonly NoticeJson[]
  readonly layoffs: readonly LayoffRegistered[]
}

const peoplePerEmployer = 10

/**
 * Makes a country from a seed: the same seed gives the same country. Nobody in it is real: identity numbers have 80
 * added to the month, organisation numbers begin with 3. About half of the people are laid off, so that the default of
 * 500 gives well over 200, and four in ten of them live in Bergen.
 */
export function countryOf({ seed, people = 500 }: { readonly seed: string; readonly people?: number }): Country {
  const random = randomFrom(seed)
  const employers = employersOf(Math.max(5, Math.round(people / peoplePerEmployer)), random.branch('employers'))
  const residents = residentsOf(people, employers, random.branch('residents'))
  const incomes = random.branch('incomes')
  const layoffs = layoffsOf(residents, random.branch('layoffs'))
  return {
    seed,
    employers,
    residents,
    incomes: residents.flatMap((resident) => incomesOf(resident, incomes)),
    notices: noticesOf(employers, layoffs, random.branch('notices')),
    layoffs,
  }
}
