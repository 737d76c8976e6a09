import { timestamp, type Timestamp } from '@samspill/contracts'
import { problem, type HttpProblem, type ProblemField } from '@samspill/http'
import { readCorrection, type Correction } from './correction.ts'
import { holdsNationalNumber } from './national-number.ts'

/** A CloudEvent 1.0 as it came in, its attributes checked, its type and data not yet. */
export interface CloudEvent extends CloudEventAttributes {
  readonly content: EventContent
}

/** The data as it came: parsed JSON, or framed Avro (a zero, the schema id, the body). */
export type EventContent =
  | { readonly format: 'json'; readonly data: unknown }
  | { readonly format: 'avro'; readonly bytes: Buffer }

/** The attributes that the hub reads. `subject` is not among them: the hub makes the key from the data. */
export interface CloudEventAttributes {
  readonly id: string
  readonly source: string
  readonly type: string
  /** Undefined where the client does not say. */
  readonly time: Timestamp | undefined
  readonly correlationid: string | undefined
  readonly causationid: string | undefined
  /** Undefined where the event speaks of no earlier one. */
  readonly correction: Correction | undefined
  readonly traceparent: string | undefined
  readonly tracestate: string | undefined
}

const longest = 255
const longestTracestate = 512
const controlCharacter = /\p{Cc}/u

/** Reads the attributes of one event. Throws HttpProblem 400 `event-invalid`, with every broken attribute by name. */
export function readAttributes(attributes: Readonly<Record<string, unknown>>): CloudEventAttributes {
  const errors: ProblemField[] = []
  const refuse = (path: string, rule: string, message: string): undefined => {
    errors.push({ path, rule, message })
  }
  const text = (name: string, most = longest): string | undefined => {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') return refuse(name, 'wrong-type', 'must be a text')
    if (value === '') return refuse(name, 'empty', 'must not be empty')
    if (value.length > most) return refuse(name, 'too-long', `must have at most ${most} characters`)
    if (controlCharacter.test(value)) return refuse(name, 'control-character', 'must be a text on one line')
    // UTF-8 would replace it, so that the hub knew the event by another id than its sender.
    if (!value.isWellFormed()) return refuse(name, 'half-character', 'must be a text without half characters')
    if (holdsNationalNumber(value)) return refuse(name, 'national-identity-number', noNumberHere)
    return value
  }
  const required = (name: string, expected: string): string => {
    const before = errors.length
    const value = text(name)
    if (value === undefined && errors.length === before) refuse(name, 'missing-attribute', expected)
    return value ?? ''
  }

  const specversion = required('specversion', 'must be the text 1.0')
  if (specversion !== '' && specversion !== '1.0') refuse('specversion', 'unsupported', 'must be the text 1.0')
  const id = required('id', 'must be an id that is unique within the source')
  const source = required('source', 'must be /<agency>/<system>')
  const read: CloudEventAttributes = {
    id,
    source,
    type: required('type', 'must be an event type, e.g. nav.layoffs.LayoffRegistered'),
    time: momentOf(text('time'), refuse),
    correlationid: text('correlationid'),
    causationid: text('causationid'),
    correction: readCorrection(
      { source, corrects: text('corrects'), correctssource: text('correctssource'), annuls: attributes['annuls'] },
      refuse,
    ),
    traceparent: text('traceparent'),
    tracestate: text('tracestate', longestTracestate),
  }
  text('subject')
  if (errors.length > 0) throw eventInvalid(errors)
  return read
}

/** The problem of an event whose attributes break the rules of CloudEvents or of the hub. */
export function eventInvalid(errors: readonly ProblemField[]): HttpProblem {
  return problem(400, 'event-invalid', 'This is not a CloudEvent that the hub takes: see errors.', { errors })
}

const noNumberHere =
  'must not hold a national identity number: it belongs in the data, and the hub makes the subject from it'

function momentOf(
  text: string | undefined,
  refuse: (path: string, rule: string, message: string) => undefined,
): Timestamp | undefined {
  if (text === undefined) return undefined
  try {
    return timestamp(text)
  } catch {
    return refuse('time', 'not-a-time', 'must be RFC 3339 with a zone, e.g. 2020-03-20T08:30:00Z')
  }
}
