import type { Envelope } from '@samspill/contracts'
import type { SpanAttributes } from './attributes.ts'

/** What the span that publishes an event says of the earlier event that it corrects or takes back; mostly nothing. */
export function correctionAttributes({ corrects, annuls }: Pick<Envelope, 'corrects' | 'annuls'>): SpanAttributes {
  if (corrects === undefined) return {}
  return { 'samspill.corrects': corrects.id, ...(annuls === true ? { 'samspill.annuls': true } : {}) }
}
