import { millisecondsOfMoment, timestamp, type Timestamp } from '@samspill/contracts'
import { problem, type HttpProblem, type ProblemField } from '@samspill/http'
import { faultOfText } from './attribute-text.ts'
import { readCorrection, type Correction } from './correction.ts'

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

/** A time that came as such, not as a text: seconds since 1970 and nanoseconds on top, both still to be judged. */
export class AttributeMoment {
  readonly seconds: number
  readonly nanoseconds: number

  constructor(seconds: number, nanoseconds: number) {
    this.seconds = seconds
    this.nanoseconds = nanoseconds
  }

  /** Undefined where there is no such time from year 1 to 9999. */
  get milliseconds(): number | undefined {
    const { seconds, nanoseconds } = this
    if (seconds < firstSecond || seconds > lastSecond || nanoseconds < 0 || nanoseconds > 999_999_999) return undefined
    return seconds * 1_000 + Math.floor(nanoseconds / 1_000_000)
  }
}

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z. */
const [firstSecond, lastSecond] = [-62_135_596_800, 253_402_300_799]

const longest = 255
const longestTracestate = 512

/** The attributes of an event as they came: any values under any names, these among them. */
export interface RawAttributes {
  readonly specversion?: unknown
  readonly id?: unknown
  readonly source?: unknown
  readonly type?: unknown
  readonly time?: unknown
  readonly subject?: unknown
  readonly correlationid?: unknown
  readonly causationid?: unknown
  readonly corrects?: unknown
  readonly correctssource?: unknown
  readonly annuls?: unknown
  readonly traceparent?: unknown
  readonly tracestate?: unknown
  readonly [name: string]: unknown
}

/**
 * Makes the event of its attributes and its content. Throws HttpProblem 400 `event-invalid`, with every broken
 * attribute by name.
 */
export function readEvent(attributes: RawAttributes, content: EventContent): CloudEvent {
  const { specversion, time, correlationid, causationid, traceparent, tracestate } = attributes
  const reader = new AttributeReader()
  // The only one that is taken needs no closer look.
  if (specversion !== '1.0' && reader.required('specversion', specversion, 'must be the text 1.0') !== '') {
    reader.refuse('specversion', 'unsupported', 'must be the text 1.0')
  }
  const id = reader.required('id', attributes.id, 'must be an id that is unique within the source')
  const source = reader.required('source', attributes.source, 'must be /<agency>/<system>')
  const expectedType = 'must be an event type, e.g. nav.layoffs.LayoffRegistered'
  const event: CloudEvent = {
    id,
    source,
    type: reader.required('type', attributes.type, expectedType),
    time: time === undefined ? undefined : reader.moment('time', time),
    correlationid: correlationid === undefined ? undefined : reader.text('correlationid', correlationid),
    causationid: causationid === undefined ? undefined : reader.text('causationid', causationid),
    correction: correctionOf(reader, { id, source }, attributes),
    traceparent: traceparent === undefined ? undefined : reader.text('traceparent', traceparent),
    tracestate: tracestate === undefined ? undefined : reader.text('tracestate', tracestate, longestTracestate),
    content,
  }
  if (attributes.subject !== undefined) reader.text('subject', attributes.subject)
  if (reader.errors !== undefined) throw eventInvalid(reader.errors)
  return event
}

/** Reads attributes one by one, and gathers what is wrong with them. */
class AttributeReader {
  errors: ProblemField[] | undefined

  text(name: string, value: unknown, most = longest): string | undefined {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'string') return this.refuse(name, 'wrong-type', 'must be a text')
    const fault = faultOfText(value, most)
    return fault === undefined ? value : this.refuse(name, fault.rule, fault.message)
  }

  required(name: string, value: unknown, expected: string): string {
    if (value === undefined || value === null) this.refuse(name, 'missing-attribute', expected)
    return this.text(name, value) ?? ''
  }

  moment(name: string, value: unknown): Timestamp | undefined {
    const isMoment = value instanceof AttributeMoment
    const text = isMoment ? '' : this.text(name, value)
    if (text === undefined) return undefined
    const milliseconds = isMoment ? value.milliseconds : millisecondsOfMoment(text)
    if (milliseconds !== undefined) return timestamp(milliseconds)
    return this.refuse(name, 'not-a-time', 'must be RFC 3339 with a zone, e.g. 2020-03-20T08:30:00Z')
  }

  refuse(path: string, rule: string, message: string): undefined {
    this.errors ??= []
    this.errors.push({ path, rule, message })
  }
}

function correctionOf(
  reader: AttributeReader,
  own: { readonly id: string; readonly source: string },
  { corrects, correctssource, annuls }: RawAttributes,
): Correction | undefined {
  if (corrects === undefined && correctssource === undefined && annuls === undefined) return undefined
  const said = {
    ...own,
    corrects: reader.text('corrects', corrects),
    correctssource: reader.text('correctssource', correctssource),
    annuls,
  }
  return readCorrection(said, (path, rule, message) => reader.refuse(path, rule, message))
}

/** The problem of an event whose attributes break the rules of CloudEvents or of the hub. */
export function eventInvalid(errors: readonly ProblemField[]): HttpProblem {
  return problem(400, 'event-invalid', 'This is not a CloudEvent that the hub takes: see errors.', { errors })
}
