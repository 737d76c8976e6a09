import { hash } from 'node:crypto'

/** The CloudEvents source of a system: `/<agency>/<system>`. */
export function eventSource(agency: string, system: string): string {
  return `/${agency}/${system}`
}

/**
 * The id of an event that a handler returned: made from the service, the causing event, the event type, its subject
 * and its number among those, so that handling the same event again gives the same ids.
 */
export function returnedEventId(parts: {
  readonly service: string
  readonly causeSource: string
  readonly causeId: string
  readonly type: string
  readonly subjectKey: string
  readonly number: number
}): string {
  const { service, causeSource, causeId, type, subjectKey, number } = parts
  return idMadeFrom(service, causeSource, causeId, type, subjectKey, number)
}

/** A UUID made from what it names, so that whoever handles an event a second time gives the same id. */
export function idMadeFrom(...named: readonly (string | number)[]): string {
  const hex = hash('sha256', JSON.stringify(named), 'hex')
  // A version 8 UUID (RFC 9562): the bits are ours, the shape is what every tool expects of an id.
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
