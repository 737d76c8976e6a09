import { HubError } from '@samspill/contracts'

/** Where settings come from: `process.env`, or an object in a test. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The text of a variable that must be there. Throws `config-invalid`. */
export function requiredText(source: Environment, name: string, meaning: string): string {
  const text = textOf(source, name)
  if (text === undefined) throw invalid(name, `is not set. It says ${meaning}`, `set ${name} and start again`)
  return text
}

/** The text of a variable, or `otherwise` where it is not set or empty. */
export function textOr<Otherwise extends string | undefined>(
  source: Environment,
  name: string,
  otherwise: Otherwise,
): string | Otherwise {
  return textOf(source, name) ?? otherwise
}

/** A whole number, or `otherwise` where the variable is not set. Throws `config-invalid` outside of `range`. */
export function numberOr(
  source: Environment,
  name: string,
  otherwise: number,
  range: { readonly least: number; readonly most: number },
): number {
  const text = textOf(source, name)
  if (text === undefined) return otherwise
  const number = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (!(number >= range.least && number <= range.most)) {
    throw invalid(
      name,
      `is not a whole number from ${range.least} to ${range.most}`,
      `write one, or leave ${name} out to get ${otherwise}`,
    )
  }
  return number
}

/** One of several words, or `otherwise` where the variable is not set. Throws `config-invalid`. */
export function choiceOr<const Choice extends string>(
  source: Environment,
  name: string,
  choices: readonly Choice[],
  otherwise: NoInfer<Choice>,
): Choice {
  const text = textOf(source, name)
  if (text === undefined) return otherwise
  const choice = choices.find((each) => each === text)
  if (choice === undefined) {
    throw invalid(
      name,
      `is none of ${choices.join(', ')}`,
      `write one of them, or leave ${name} out to get ${otherwise}`,
    )
  }
  return choice
}

/** A URL with one of the protocols (e.g. `http:`), or `otherwise` where the variable is not set. Throws `config-invalid`. */
export function urlOr<Otherwise extends string | undefined>(
  source: Environment,
  name: string,
  protocols: readonly string[],
  otherwise: Otherwise,
): string | Otherwise {
  const text = textOf(source, name)
  if (text === undefined) return otherwise
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    const forms = protocols.map((protocol) => `${protocol}//…`).join(' or ')
    const wayOut = otherwise === undefined ? 'leave it out' : `leave it out to get ${otherwise}`
    throw invalid(name, 'is not a URL that can be used here', `write ${forms}, or ${wayOut}`)
  }
  return text
}

/** The error for a variable that breaks a rule: names it, the rule and the way out, never its value. */
export function invalid(name: string, rule: string, wayOut: string): HubError {
  return new HubError('config-invalid', `${name} ${rule}: ${wayOut}.`)
}

function textOf(source: Environment, name: string): string | undefined {
  const text = source[name]?.trim()
  return text === '' ? undefined : text
}
