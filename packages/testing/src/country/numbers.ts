import {
  isNationalIdentityNumber,
  isOrganisationNumber,
  nationalIdentityNumber,
  organisationNumber,
  type NationalIdentityNumber,
  type OrganisationNumber,
} from '@samspill/contracts'
import type { Random } from './random.ts'

const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]

/**
 * Draws a synthetic national identity number, as Skatteetaten makes them: 80 is added to the month, so that it can be
 * nobody's. Born 1950 to 2001. Both check digits are right.
 */
export function syntheticIdentityNumber(random: Random): NationalIdentityNumber {
  for (;;) {
    const year = random.integer(1950, 2001)
    const born = new Date(Date.UTC(year, random.integer(0, 11), random.integer(1, 28)))
    // Individual numbers below 500 belong to the 1900s, those from 500 on to the 2000s.
    const individual = year < 2000 ? random.integer(0, 499) : random.integer(500, 999)
    const start =
      digits(born.getUTCDate(), 2) + digits(born.getUTCMonth() + 81, 2) + digits(year % 100, 2) + digits(individual, 3)
    const first = checkDigit(start, firstWeights)
    const number = `${start}${first}${checkDigit(`${start}${first}`, secondWeights)}`
    if (isNationalIdentityNumber(number)) return nationalIdentityNumber(number)
  }
}

/** Draws a synthetic organisation number: it begins with 3, as those of no real organisation in Norway do. */
export function syntheticOrganisationNumber(random: Random): OrganisationNumber {
  for (;;) {
    const number = `3${digits(random.integer(0, 99_999_999), 8)}`
    if (isOrganisationNumber(number)) return organisationNumber(number)
  }
}

function checkDigit(text: string, weights: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return (11 - (sum % 11)) % 11
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, '0')
}
