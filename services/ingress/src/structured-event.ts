import { problem, type ProblemField } from '@samspill/http'
import { eventInvalid, readEvent, type CloudEvent, type EventContent } from './cloud-event.ts'
import { isAvro, isJson } from './media-type.ts'

/**
 * Reads an event in CloudEvents' JSON format. Throws HttpProblem 400 `event-invalid`, or 415 for data in another format
 * than JSON, or Avro in `data_base64`. Extension attributes that the hub does not know are not passed on.
 */
export function readStructuredEvent(json: unknown): CloudEvent {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw eventInvalid([{ path: '', rule: 'wrong-type', message: 'must be a JSON object with CloudEvents attributes' }])
  }
  const event = json as Readonly<Record<string, unknown>>
  refuseForeignNames(event)
  return readEvent(event, readContent(event))
}

const mostErrors = 100
const attributeName = /^[a-z0-9]+$/
const knownNames: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'data',
  'data_base64',
  'datacontenttype',
])

/** CloudEvents forbids such names; the commonest cause is data beside `data`, which must not be lost in silence. */
export function refuseForeignNames(event: Readonly<Record<string, unknown>>): void {
  const errors: ProblemField[] = []
  for (const name in event) {
    if (knownNames.has(name) || attributeName.test(name)) continue
    if (errors.length === mostErrors) break
    errors.push({
      path: name.length > 64 || !/^[\w-]+$/.test(name) || /\d{6}/.test(name) ? '?' : name,
      rule: 'unknown-attribute',
      message:
        'must not be here: attribute names are small letters and digits, and the fields of the event belong inside data',
    })
  }
  if (errors.length > 0) throw eventInvalid(errors)
}

function readContent(event: Readonly<Record<string, unknown>>): EventContent {
  const declared = event['datacontenttype'] ?? undefined
  if (declared !== undefined && typeof declared !== 'string') {
    throw eventInvalid([{ path: 'datacontenttype', rule: 'wrong-type', message: 'must be a text' }])
  }
  const base64 = event['data_base64'] ?? undefined
  if (base64 !== undefined) return readBase64(base64, declared, event['data'] ?? undefined)
  if (declared !== undefined && !isJson(declared)) throw unsupportedData()
  const data = event['data'] ?? undefined
  if (data === undefined) {
    throw eventInvalid([
      { path: 'data', rule: 'missing-attribute', message: 'must be there, with the fields of the event' },
    ])
  }
  return { format: 'json', data }
}

function readBase64(base64: unknown, declared: string | undefined, data: unknown): EventContent {
  if (declared === undefined || !isAvro(declared)) throw unsupportedData()
  if (data !== undefined) {
    throw eventInvalid([{ path: 'data', rule: 'twice', message: 'must not be there beside data_base64' }])
  }
  if (typeof base64 !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) {
    throw eventInvalid([{ path: 'data_base64', rule: 'not-base64', message: 'must be framed Avro as base64' }])
  }
  return { format: 'avro', bytes: Buffer.from(base64, 'base64') }
}

function unsupportedData(): Error {
  return problem(
    415,
    'data-format-unsupported',
    'The data is in a format that the hub does not take: send JSON in data, or framed Avro in data_base64 with datacontenttype application/avro.',
  )
}
