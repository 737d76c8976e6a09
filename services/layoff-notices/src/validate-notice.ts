import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { problem, type ProblemField } from '@samspill/http'
import { organisationNumber, timestamp } from '@samspill/service'
import { layoffNoticeSchema } from './layoff-notice-schema.ts'
import type { LayoffNotice } from './layoff-notice.ts'

/** Tells a valid notice from a broken one. Throws HttpProblem 422 `notice-invalid`, which names every broken field. */
export type ValidateNotice = (json: unknown) => LayoffNotice

/** Compiles the schema once, for as many notices as come. */
export function noticeValidator(): ValidateNotice {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: true, strictRequired: false })
  addFormats.default(ajv, ['uuid', 'date'])
  // What passes here must be a value of the event too, so the event's own readers decide.
  ajv.addFormat('date-time', (text) => reads(timestamp, text))
  ajv.addFormat('organisation-number', (text) => reads(organisationNumber, text))
  const isNotice = ajv.compile<LayoffNotice>(layoffNoticeSchema)
  return (json) => {
    // Some keyboards send å as a and a ring; to a person, and so to us, it is the same name.
    const notice: unknown = JSON.parse(JSON.stringify(json).normalize('NFC'))
    if (isNotice(notice)) return notice
    const errors = (isNotice.errors ?? []).filter((error) => error.keyword !== 'if').map(fieldOf)
    const fields = new Map(errors.map((error) => [error.path, error]))
    throw problem(
      422,
      'notice-invalid',
      `The notice breaks the format in ${fields.size} ${fields.size === 1 ? 'field' : 'fields'}. Correct what is named and send it again.`,
      { errors: Array.from(fields.values()) },
    )
  }
}

function fieldOf(error: ErrorObject): ProblemField {
  const parent = pathOf(error.instancePath)
  switch (error.keyword) {
    case 'required': {
      const missing = String(error.params.missingProperty)
      return { path: parent === '' ? missing : `${parent}.${missing}`, rule: 'missing-field', message: 'must be there' }
    }
    case 'type':
      return { path: parent || 'the body', rule: 'wrong-type', message: `must be ${wordsFor(error.params.type)}` }
    case 'enum':
      return { path: parent, rule: 'wrong-value', message: `must be one of ${error.params.allowedValues.join(', ')}` }
    case 'format':
      return { path: parent, rule: 'wrong-format', message: formats[String(error.params.format)] ?? 'is malformed' }
    default:
      return { path: parent, rule: 'out-of-bounds', message: error.message ?? 'is out of bounds' }
  }
}

/** `/yrkeskategorier/0/antall` → `yrkeskategorier[0].antall` */
function pathOf(pointer: string): string {
  const parts = pointer.split('/').slice(1)
  return parts
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join('')
    .replace(/^\./, '')
}

function wordsFor(type: string | readonly string[]): string {
  return typeof type === 'string' ? type : type.join(' or ')
}

function reads(read: (text: string) => unknown, text: string): boolean {
  try {
    read(text)
    return true
  } catch {
    // The readers tell by throwing; here it is only asked whether.
    return false
  }
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'must be a UUID, e.g. 5f6027bf-0604-4acf-8168-0c1611f33c0d',
  date: 'must be a day that exists, as yyyy-mm-dd',
  'date-time': 'must be a moment as RFC 3339 with a zone, e.g. 2020-03-18T10:19:30Z',
  'organisation-number': 'must be nine digits as text, the last of them the right check digit',
}
