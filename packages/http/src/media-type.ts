import type { IncomingHttpHeaders } from 'node:http'

/** The media type that the Content-Type header names, in small letters and without parameters; empty without one. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string {
  return essenceOf(headers['content-type'] ?? '')
}

/** A media type in small letters and without its parameters. */
export function essenceOf(mediaType: string): string {
  const end = mediaType.indexOf(';')
  return (end === -1 ? mediaType : mediaType.slice(0, end)).trim().toLowerCase()
}
