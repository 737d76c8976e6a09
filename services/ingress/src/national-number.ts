import { isNationalIdentityNumber } from '@samspill/contracts'

// Ids are often hexadecimal and now and then hold eleven digits in a row by chance.
const hexadecimalId = /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})(?![0-9a-z])/gi
const elevenDigits = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/g

/** Whether a text that goes into headers and traces holds a national identity number, be it glued to other letters. */
export function holdsNationalNumber(text: string): boolean {
  if (text.length < 11) return false
  const found = text.replace(hexadecimalId, ' ').match(elevenDigits)
  return found !== null && found.some((number) => isNationalIdentityNumber(number.replace(/[ -]/, '')))
}
