import { isNationalIdentityNumber } from '@samspill/contracts'

/** Takes national identity numbers out of text that should never have held one, and says so. */
export interface NumberNet {
  /** The text with every number of eleven digits replaced by `[number]`. */
  clean(text: string): string
  /** Whether the text holds a number with the check digits of a national identity number. */
  holdsNationalNumber(text: string): boolean
}

const elevenDigits = /(?<!\d)\d{6} ?\d{5}(?!\d)/
const allElevenDigits = new RegExp(elevenDigits, 'g')
// Ids are hexadecimal and now and then hold eleven digits in a row by chance.
const hexadecimalId = /^[0-9a-f]{32}$|^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * Makes a net. It is the last line, not the control: what is logged is limited by type. `caught` is called for each
 * number with valid check digits, so that somebody is told that the control failed.
 */
export function createNumberNet(caught: () => void): NumberNet {
  return {
    clean(text) {
      if (!elevenDigits.test(text) || hexadecimalId.test(text)) return text
      return text.replace(allElevenDigits, (number) => {
        if (isNationalIdentityNumber(number.replace(' ', ''))) caught()
        return '[number]'
      })
    },
    holdsNationalNumber(text) {
      return (text.match(allElevenDigits) ?? []).some((number) => isNationalIdentityNumber(number.replace(' ', '')))
    },
  }
}
