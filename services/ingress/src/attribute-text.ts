import { holdsNationalNumber } from '@samspill/contracts'

const controlCharacter = /\p{Cc}/u

/** Why the text of an attribute is refused. */
export interface TextFault {
  readonly rule: string
  readonly message: string
}

/** What is wrong with the text of an attribute of at most `most` characters; undefined where nothing is. */
export function faultOfText(text: string, most: number): TextFault | undefined {
  if (text === '') return { rule: 'empty', message: 'must not be empty' }
  if (text.length > most) return { rule: 'too-long', message: `must have at most ${most} characters` }
  if (isPlain(text)) return undefined
  if (controlCharacter.test(text)) return { rule: 'control-character', message: 'must be a text on one line' }
  // UTF-8 would replace it, so that the hub knew the event by another id than its sender.
  if (!text.isWellFormed()) return { rule: 'half-character', message: 'must be a text without half characters' }
  return holdsNationalNumber(text) ? nationalNumber : undefined
}

const nationalNumber: TextFault = {
  rule: 'national-identity-number',
  message: 'must not hold a national identity number: it belongs in the data, and the hub makes the subject from it',
}

/** Printable ASCII, and nowhere eleven digits near each other: most texts are, and one look at each character tells. */
function isPlain(text: string): boolean {
  let digits = 0
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x30 && unit <= 0x39) {
      digits++
      if (digits === 11) return false
    } else if (unit < 0x20 || unit > 0x7e) {
      return false
    } else {
      // Six digits, a space or a hyphen, and five more are a number as people write it.
      digits = digits === 6 && (unit === 0x20 || unit === 0x2d) ? 6 : 0
    }
  }
  return true
}
