import { isNationalIdentityNumber } from '@samspill/contracts'

// Ids are often hexadecimal and now and then hold eleven digits in a row by chance.
const elevenDigits = /(?<![0-9A-Za-z])\d{11}(?![0-9A-Za-z])/g

/** Whether a text that goes into headers and traces holds a national identity number. */
export function holdsNationalNumber(text: string): boolean {
  if (text.length < 11) return false
  const found = text.match(elevenDigits)
  return found !== null && found.some(isNationalIdentityNumber)
}
