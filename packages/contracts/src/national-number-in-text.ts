import { isNationalIdentityNumber } from './check-digits.ts'

const elevenDigits = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/
const hexadecimalId = /(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{16,})(?![0-9a-z])/
// An id is taken whole before its digits are looked at.
const idOrNumber = new RegExp(`${hexadecimalId.source}|${elevenDigits.source}`, 'gi')

/**
 * The text with `[number]` where it held a national identity number, be it glued to other letters or parted after the
 * sixth digit. Hexadecimal ids stay whole: now and then they hold eleven such digits by chance.
 */
export function withoutNationalNumbers(text: string): string {
  if (!elevenDigits.test(text)) return text
  return text.replace(idOrNumber, (found) => (isNationalIdentityNumber(found.replace(/[ -]/, '')) ? '[number]' : found))
}

/** Whether a text that others will see, as in headers and traces, holds a national identity number. */
export function holdsNationalNumber(text: string): boolean {
  return withoutNationalNumbers(text) !== text
}
