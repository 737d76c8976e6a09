import type { IncomingHttpHeaders } from 'node:http'
import { essenceOf, problem } from '@samspill/http'
import { isBinaryMode } from './binary-event.ts'
import type { EventContent } from './cloud-event.ts'

/** How the events of a request are written. */
export type RequestMode =
  | { readonly mode: 'structured'; readonly format: 'json' | 'protobuf'; readonly many: boolean }
  | { readonly mode: 'binary'; readonly format: EventContent['format']; readonly many: false }

const structured: ReadonlyMap<string, RequestMode> = new Map<string, RequestMode>([
  ['application/cloudevents+json', { mode: 'structured', format: 'json', many: false }],
  ['application/cloudevents-batch+json', { mode: 'structured', format: 'json', many: true }],
  ['application/cloudevents+protobuf', { mode: 'structured', format: 'protobuf', many: false }],
  ['application/cloudevents-batch+protobuf', { mode: 'structured', format: 'protobuf', many: true }],
])
const binary: ReadonlyMap<string, RequestMode> = new Map<string, RequestMode>([
  ['application/json', { mode: 'binary', format: 'json', many: false }],
  ['application/avro', { mode: 'binary', format: 'avro', many: false }],
])
const accepted = [...structured.keys(), ...binary.keys()].join(', ')

/** Reads how a request is written from its headers. Throws HttpProblem 415. */
export function requestModeOf(headers: IncomingHttpHeaders): RequestMode {
  const header = headers['content-type'] ?? ''
  const plain = structured.get(header)
  if (plain !== undefined) return plain
  const type = essenceOf(header)
  if (!isUtf8(header)) throw unsupported('The body must be UTF-8: leave charset out, or write charset=utf-8.')
  const found = structured.get(type) ?? binary.get(type)
  if (found === undefined) throw unsupported(`The Content-Type is not one that this address takes: ${accepted}.`)
  if (found.mode === 'binary' && !isBinaryMode(headers)) {
    throw unsupported(
      'This is no CloudEvent yet: send application/cloudevents+json, or put the attributes in headers (ce-specversion, ce-id, ce-source, ce-type).',
    )
  }
  return found
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
