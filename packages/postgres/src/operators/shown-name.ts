import { isNationalIdentityNumber } from '@samspill/contracts'

/** An id or source from outside as operators see it: a plain client may have put a national number into it. */
export function shownName(name: string): string {
  return name.replaceAll(elevenDigits, (found) =>
    isNationalIdentityNumber(found.replace(/\D/, '')) ? '[number]' : found,
  )
}

const elevenDigits = /(?<!\d)\d{6}[ -]?\d{5}(?!\d)/g
