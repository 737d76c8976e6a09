import { localDate, type LocalDate, type MunicipalityNumber, type NationalIdentityNumber } from '@samspill/contracts'
import type { Employer } from './employers.ts'
import { municipalities } from './municipalities.ts'
import { syntheticIdentityNumber } from './numbers.ts'
import type { Random } from './random.ts'

/** A synthetic person who has work. */
export interface Resident {
  readonly identityNumber: NationalIdentityNumber
  readonly municipality: MunicipalityNumber
  readonly residentSince: LocalDate
  /** Where the person moved from on 1 March 2020; null for nearly everybody. */
  readonly movedFrom: MunicipalityNumber | null
  /** Strictly confidential address: the register tells no municipality. */
  readonly addressProtected: boolean
  readonly employment: Employment
}

export interface Employment {
  readonly id: string
  readonly employer: Employer
  readonly pay: 'fixed' | 'hourly'
  /** Øre per month; for hourly pay in an ordinary month. */
  readonly monthlyPay: number
}

/** Draws people, no two with the same number, and gives each work at one of the employers. */
export function residentsOf(count: number, employers: readonly Employer[], random: Random): readonly Resident[] {
  const taken = new Set<string>()
  return Array.from({ length: count }, (_, index) => {
    let identityNumber = syntheticIdentityNumber(random)
    while (taken.has(identityNumber)) identityNumber = syntheticIdentityNumber(random)
    taken.add(identityNumber)
    const employer = employers[index % employers.length]
    if (employer === undefined) throw new RangeError('people need employers: ask for at least one employer')
    const municipality = random.pickWeighted(municipalities).number
    const from = random.pickWeighted(municipalities).number
    return {
      identityNumber,
      municipality,
      residentSince: localDate(`${random.integer(2002, 2018)}-0${random.integer(1, 9)}-01`),
      movedFrom: random.chance(0.04) && from !== municipality ? from : null,
      addressProtected: random.chance(0.02),
      employment: employmentAt(employer, random),
    }
  })
}

function employmentAt(employer: Employer, random: Random): Employment {
  const kroner = Math.round((employer.industry.monthlyPay * random.integer(75, 140)) / 10_000) * 100
  return {
    id: `V${random.integer(100_000_000, 999_999_999)}`,
    employer,
    pay: random.chance(0.07) ? 'hourly' : 'fixed',
    monthlyPay: kroner * 100,
  }
}
