import { isNationalIdentityNumber, isOrganisationNumber } from '@samspill/contracts'
import { describe, expect, test } from 'vitest'
import { countryOf } from '../src/country/country.ts'

const country = countryOf({ seed: 'spring 2020' })

describe('the synthetic country', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(countryOf({ seed: 'spring 2020' })).toEqual(country)
    expect(countryOf({ seed: 'autumn 2020' }).layoffs).not.toEqual(country.layoffs)
  })

  test('has people who can be nobody: right check digits, 80 added to the month', () => {
    const numbers = country.residents.map((resident) => resident.identityNumber)
    expect(new Set(numbers).size).toBe(500)
    for (const number of numbers) {
      expect(isNationalIdentityNumber(number)).toBe(true)
      expect(Number(number.slice(2, 4))).toBeGreaterThan(80)
    }
  })

  test('has employers that can be nobody: right check digit, beginning with 3', () => {
    for (const { number, subUnit } of country.employers) {
      expect(isOrganisationNumber(number) && isOrganisationNumber(subUnit)).toBe(true)
      expect(`${number} ${subUnit}`).toMatch(/^3\d{8} 3\d{8}$/)
    }
  })

  test.each(['a', 'b', 'c', 'd', 'e'])('lays off at least 200 people whatever the seed: %s', (seed) => {
    const { layoffs, residents } = countryOf({ seed })
    const inBergen = new Set(
      residents.filter((each) => each.municipality === '4601').map((each) => each.identityNumber),
    )
    expect(layoffs.length).toBeGreaterThanOrEqual(200)
    expect(layoffs.filter((layoff) => inBergen.has(layoff.person)).length).toBeGreaterThanOrEqual(50)
  })

  test('has about 15 % whose reported income does not tell what a day is worth', () => {
    const unfit = new Set(
      country.incomes
        .filter(
          ({ deviations, payments }) => deviations.length > 0 || payments.some((each) => each.kind !== 'FIXED_PAY'),
        )
        .map((income) => income.person),
    )
    expect(unfit.size / country.residents.length).toBeGreaterThan(0.1)
    expect(unfit.size / country.residents.length).toBeLessThan(0.2)
  })

  test('gives a notice for each employer that lays off', () => {
    const layingOff = new Set(country.layoffs.map((layoff) => layoff.subUnit))
    expect(new Set(country.notices.map((notice) => notice.bedriftsnummer))).toEqual(layingOff)
  })
})
