const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2]
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
const organisationWeights = [3, 2, 7, 6, 5, 4, 3, 2]

/**
 * Tells whether the text is a national identity number (fødselsnummer or D-nummer), synthetic ones included.
 * Source: Skatteetaten's description of the check digits, with the rule for the first check digit that
 * holds from 2032 (remainders 1, 2 and 3 are taken too).
 */
export function isNationalIdentityNumber(text: string): boolean {
  if (!/^\d{11}$/.test(text)) return false
  const digits = Array.from(text, Number)
  const firstRemainder = (weightedSum(digits, firstWeights) + (digits[9] ?? 0)) % 11
  const secondRemainder = (weightedSum(digits, secondWeights) + (digits[10] ?? 0)) % 11
  return firstRemainder <= 3 && secondRemainder === 0 && isDayAndMonth(digits)
}

/** Tells whether the text is an organisation number (organisasjonsnummer): nine digits, modulus 11. */
export function isOrganisationNumber(text: string): boolean {
  if (!/^\d{9}$/.test(text)) return false
  const digits = Array.from(text, Number)
  const checkDigit = (11 - (weightedSum(digits, organisationWeights) % 11)) % 11
  return checkDigit === digits[8]
}

function weightedSum(digits: readonly number[], weights: readonly number[]): number {
  return weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0)
}

/** D-numbers add 40 to the day; synthetic numbers add 40, 65 or 80 to the month. */
function isDayAndMonth(digits: readonly number[]): boolean {
  const day = ((digits[0] ?? 0) % 4) * 10 + (digits[1] ?? 0)
  const month = (digits[2] ?? 0) * 10 + (digits[3] ?? 0)
  const plainMonth = [80, 65, 40, 0].map((offset) => month - offset).find((rest) => rest >= 1 && rest <= 12)
  return day >= 1 && day <= 31 && plainMonth !== undefined
}
