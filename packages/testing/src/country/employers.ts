import type { MunicipalityNumber, OrganisationNumber } from '@samspill/contracts'
import { municipalities } from './municipalities.ts'
import { syntheticOrganisationNumber } from './numbers.ts'
import type { Random } from './random.ts'

/** A synthetic employer with one sub-unit. */
export interface Employer {
  readonly number: OrganisationNumber
  readonly subUnit: OrganisationNumber
  readonly name: string
  readonly industry: Industry
  readonly municipality: MunicipalityNumber
}

/** What employers do, and what spring 2020 did to them. */
export interface Industry {
  readonly code: string
  readonly name: string
  /** True where the doors were closed or the guests stayed away. */
  readonly hit: boolean
  /** Median monthly pay in whole kroner. */
  readonly monthlyPay: number
  readonly occupation: { readonly styrk08: string; readonly label: string }
}

const hit: readonly Industry[] = [
  {
    code: '55.101',
    name: 'Hotell',
    hit: true,
    monthlyPay: 34_000,
    occupation: { styrk08: '9112.05', label: 'Stuepike' },
  },
  {
    code: '56.101',
    name: 'Restaurant',
    hit: true,
    monthlyPay: 33_000,
    occupation: { styrk08: '5120.03', label: 'Kokk' },
  },
  {
    code: '51.100',
    name: 'Flyselskap',
    hit: true,
    monthlyPay: 52_000,
    occupation: { styrk08: '5111.01', label: 'Kabinansatt' },
  },
  {
    code: '96.020',
    name: 'Frisør',
    hit: true,
    monthlyPay: 31_000,
    occupation: { styrk08: '5141.01', label: 'Frisør' },
  },
]

const spared: readonly Industry[] = [
  {
    code: '47.111',
    name: 'Dagligvare',
    hit: false,
    monthlyPay: 35_000,
    occupation: { styrk08: '5223.05', label: 'Butikkmedarbeider' },
  },
  {
    code: '62.010',
    name: 'Programvare',
    hit: false,
    monthlyPay: 61_000,
    occupation: { styrk08: '2512.01', label: 'Systemutvikler' },
  },
]

/** Draws employers; three of five are in industries that spring 2020 hit. */
export function employersOf(count: number, random: Random): readonly Employer[] {
  const taken = new Set<string>()
  const number = (): OrganisationNumber => {
    const drawn = syntheticOrganisationNumber(random)
    if (taken.has(drawn)) return number()
    taken.add(drawn)
    return drawn
  }
  return Array.from({ length: count }, (_, index) => {
    const industry = random.pick(index % 5 < 3 ? hit : spared)
    const municipality = random.pickWeighted(municipalities)
    return {
      number: number(),
      subUnit: number(),
      name: `${municipality.name} ${industry.name} ${index + 1} AS`,
      industry,
      municipality: municipality.number,
    }
  })
}
