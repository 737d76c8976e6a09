import type { IncomingHttpHeaders } from 'node:http'
import { essenceOf, problem } from '@samspill/http'
import { isBinaryMode } from './binary-event.ts'
import type { EventContent } from './cloud-event.ts'

/** How the events of a request are written. */
export type RequestMode =
  | { readonly mode: 'structured' }
  | { readonly mode: 'batch' }
  | { readonly mode: 'binary'; readonly format: EventContent['format'] }

const accepted = 'application/cloudevents+json, application/cloudevents-batch+json, application/avro, application/json'

/** Reads how a request is written from its headers. Throws HttpProblem 415. */
export function requestModeOf(headers: IncomingHttpHeaders): RequestMode {
  const header = headers['content-type'] ?? ''
  const type = essenceOf(header)
  if (!isUtf8(header)) throw unsupported('The body must be UTF-8: leave charset out, or write charset=utf-8.')
  if (type === 'application/cloudevents+json') return { mode: 'structured' }
  if (type === 'application/cloudevents-batch+json') return { mode: 'batch' }
  if (type !== 'application/json' && type !== 'application/avro') {
    throw unsupported(`The Content-Type is not one that this address takes: ${accepted}.`)
  }
  if (!isBinaryMode(headers)) {
    throw unsupported(
      'This is no CloudEvent yet: send application/cloudevents+json, or put the attributes in headers (ce-specversion, ce-id, ce-source, ce-type).',
    )
  }
  return { mode: 'binary', format: type === 'application/avro' ? 'avro' : 'json' }
}

/** Whether a datacontenttype means JSON. */
export function isJson(mediaType: string): boolean {
  return essenceOf(mediaType) === 'application/json'
}

/** Whether a datacontenttype means framed Avro. */
export function isAvro(mediaType: string): boolean {
  return essenceOf(mediaType) === 'application/avro'
}

function isUtf8(mediaType: string): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(mediaType)?.[1]
  return charset === undefined || /^(utf-?8|us-ascii)$/i.test(charset)
}

function unsupported(detail: string): Error {
  return problem(415, 'media-type-unsupported', detail, { headers: { 'Accept-Post': accepted } })
}
