import type { IncomingHttpHeaders } from 'node:http'
import { parseJson } from '@samspill/http'
import { eventInvalid, readEvent, type CloudEvent } from './cloud-event.ts'
import type { EventContent } from './cloud-event.ts'

const prefix = 'ce-'

/** Reads an event in binary mode: attributes in `ce-*` headers, data in the body. Throws HttpProblem 400 `event-invalid`. */
export function readBinaryEvent(
  headers: IncomingHttpHeaders,
  body: Buffer,
  format: EventContent['format'],
): CloudEvent {
  const attributes: Record<string, unknown> = Object.create(null)
  for (const name in headers) {
    if (name.startsWith(prefix)) attributes[name.slice(prefix.length)] = unescaped(name, headers[name])
  }
  return readEvent(attributes, format === 'json' ? { format, data: parseJson(body) } : { format, bytes: body })
}

/** Tells whether a request carries CloudEvents attributes in its headers. */
export function isBinaryMode(headers: IncomingHttpHeaders): boolean {
  return headers['ce-specversion'] !== undefined || headers['ce-id'] !== undefined || headers['ce-type'] !== undefined
}

/** CloudEvents percent-encodes what a header cannot hold. */
function unescaped(name: string, value: string | string[] | undefined): unknown {
  if (typeof value !== 'string' || !value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    throw eventInvalid([{ path: name, rule: 'not-percent-encoded', message: 'must be percent-encoded UTF-8' }])
  }
}
