const firstWeights = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1]
const secondWeights = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
const organisationWeights = [3, 2, 7, 6, 5, 4, 3, 2, 1]

/**
 * Tells whether the text is a national identity number (fødselsnummer or D-nummer), synthetic ones included.
 * Source: Skatteetaten's description of the check digits, with the rule for the first check digit that
 * holds from 2032 (remainders 1, 2 and 3 are taken too).
 */
export function isNationalIdentityNumber(text: string): boolean {
  if (text.length !== 11 || !isDigits(text)) return false
  return weightedSum(text, firstWeights) % 11 <= 3 && weightedSum(text, secondWeights) % 11 === 0 && isDayAndMonth(text)
}

/** Tells whether the text is an organisation number (organisasjonsnummer): nine digits, modulus 11. */
export function isOrganisationNumber(text: string): boolean {
  return text.length === 9 && isDigits(text) && weightedSum(text, organisationWeights) % 11 === 0
}

// Each event holds some of these numbers: their digits are read where they stand.

function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!(digit(text, at) >= 0 && digit(text, at) <= 9)) return false
  return true
}

function weightedSum(text: string, weights: readonly number[]): number {
  let sum = 0
  for (let at = 0; at < weights.length; at++) sum += (weights[at] ?? 0) * digit(text, at)
  return sum
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 48
}

/** D-numbers add 40 to the day; synthetic numbers add 40, 65 or 80 to the month. */
function isDayAndMonth(text: string): boolean {
  const day = (digit(text, 0) % 4) * 10 + digit(text, 1)
  const month = digit(text, 2) * 10 + digit(text, 3)
  return day >= 1 && day <= 31 && (isMonth(month) || isMonth(month - 40) || isMonth(month - 65) || isMonth(month - 80))
}

function isMonth(month: number): boolean {
  return month >= 1 && month <= 12
}
