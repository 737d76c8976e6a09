import { isOrganisationNumber } from '@samspill/contracts'
import { retentionMilliseconds } from './duration.ts'
import { isJsonObject, own, type JsonObject } from './json.ts'
import { suggestion } from './nearest.ts'
import type { Finding } from './problem.ts'

/** Says what to write where a value is not right, or undefined where it is. */
type ValueCheck = (value: unknown) => string | undefined

type Shape = { readonly [key: string]: ValueCheck | Shape }

const text: ValueCheck = (value) =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'Write a text that is not empty.'

const contact: ValueCheck = (value) =>
  typeof value === 'string' && /^\S+@\S+\.\S+$|^https:\/\/\S+$/.test(value)
    ? undefined
    : 'Write an e-mail address of a team, or an https address.'

const organisation: ValueCheck = (value) => {
  if (typeof value === 'number') return `Put it in quotes, so that it stays text: "${value}".`
  if (typeof value === 'string' && isOrganisationNumber(value)) return undefined
  return 'Its check digit is not right. Write nine digits as Enhetsregisteret has them, in quotes.'
}

const partitions: ValueCheck = (value) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= 1_000
    ? undefined
    : 'Write a whole number from 1 to 1000. It is fixed once the topic exists.'

const retention: ValueCheck = (value) => {
  try {
    retentionMilliseconds(String(value))
    return undefined
  } catch {
    return `"${String(value)}" is no duration. Write ISO 8601, e.g. P90D or P5Y, or forever.`
  }
}

function oneOf(...words: readonly string[]): ValueCheck {
  return (value) => {
    if (typeof value === 'string' && words.includes(value)) return undefined
    return typeof value === 'string'
      ? `"${value}" is none of the words. ${suggestion(value, words)}`
      : suggestion('', words)
  }
}

const agencyShape: Shape = {
  name: text,
  organisationNumber: organisation,
  level: oneOf('state', 'county', 'municipality', 'business', 'voluntary'),
  contact,
}

const streamShape: Shape = {
  title: text,
  description: text,
  contact,
  subject: { field: text, kind: oneOf('person', 'organisation', 'municipality', 'other') },
  partitions,
  retention,
  access: oneOf('open', 'personal'),
  keys: oneOf('hub', 'publisher'),
}

/** Checks what an `agency.yaml` holds. */
export function checkAgency(content: unknown): readonly Finding[] {
  return checkShape(content, agencyShape, '')
}

/** Checks what a `stream.yaml` holds. */
export function checkStream(content: unknown): readonly Finding[] {
  const findings = checkShape(content, streamShape, '')
  if (findings.length > 0 || !isJsonObject(content)) return findings
  const subject = own(content, 'subject')
  if (isJsonObject(subject) && own(subject, 'kind') === 'person' && own(content, 'access') === 'open') {
    return [
      {
        field: 'access',
        rule: 'person-in-open-stream',
        message: 'The stream is about persons, and an open stream has the plain number as its key. Write "personal".',
      },
    ]
  }
  return findings
}

function checkShape(content: unknown, shape: Shape, around: string): readonly Finding[] {
  const keys = Object.keys(shape)
  if (!isJsonObject(content)) {
    return [{ field: around, rule: 'value-wrong', message: `Write the keys ${keys.join(', ')} here.` }]
  }
  const unknown = Object.keys(content).filter((key) => !keys.includes(key))
  return [
    ...unknown.map((key) => ({
      field: pathOf(around, key),
      rule: 'key-unknown',
      message: `There is no key "${key}" here. ${suggestion(key, keys)}`,
    })),
    ...keys.flatMap((key) => checkValue(content, key, shape[key], pathOf(around, key))),
  ]
}

function checkValue(content: JsonObject, key: string, check: ValueCheck | Shape | undefined, path: string) {
  const value = own(content, key)
  if (check === undefined) return []
  if (value === undefined || value === null) {
    const way =
      typeof check === 'function' ? (check(undefined) ?? '') : `Write the keys ${Object.keys(check).join(', ')}.`
    return [{ field: path, rule: 'key-missing', message: `The key "${key}" is missing. ${wayOnly(way)}` }]
  }
  if (typeof check !== 'function') return checkShape(value, check, path)
  const message = check(value)
  return message === undefined ? [] : [{ field: path, rule: 'value-wrong', message }]
}

/** Of a sentence about a wrong value, the part that says what to write. */
function wayOnly(message: string): string {
  return message.slice(Math.max(0, message.indexOf('Write ')))
}

function pathOf(around: string, key: string): string {
  return around === '' ? key : `${around}.${key}`
}
