import { hash } from 'node:crypto'
import { TraceFlags, type SpanContext } from '@opentelemetry/api'
import { parseTraceParent, TraceState } from '@opentelemetry/core'
import type { Envelope } from '@samspill/contracts'

/**
 * Where a span belongs: under a span told by W3C trace context, or at the root of the trace that is made from a text
 * (an event's identity), so that all who meet an event without trace context still meet in one trace.
 */
export type TraceParent =
  | { readonly traceparent: string; readonly tracestate?: string | undefined }
  | { readonly traceOf: string }

/** What names a span: hexadecimal digits, 32 of its trace and 16 of its own. */
export interface SpanIds {
  readonly traceId: string
  readonly spanId: string
}

/** Where the spans of an event belong: its own trace context if that is valid, else the trace made from its identity. */
export function traceParentOf(event: Pick<Envelope, 'id' | 'source' | 'traceparent' | 'tracestate'>): TraceParent {
  const { id, source, traceparent, tracestate } = event
  if (traceparent === undefined || !isValid(traceparent)) return { traceOf: `${source} ${id}` }
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate }
}

/** How nearly all are written; what is not takes a closer look. */
const plainForm = /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/
const zeroTrace = '0'.repeat(32)
const zeroSpan = '0'.repeat(16)

function isValid(traceparent: string): boolean {
  const isPlain =
    plainForm.test(traceparent) && !traceparent.startsWith(zeroTrace, 3) && !traceparent.startsWith(zeroSpan, 36)
  return isPlain || parseTraceParent(traceparent) !== null
}

/** The trace id that is made from a text: 32 hexadecimal digits. */
export function traceIdOf(text: string): string {
  return idsOf(text).traceId
}

/** The trace id that is made from a text, and a span id for where a span without a record is to be named. */
export function idsOf(text: string): SpanIds {
  const digest = hash('sha256', text, 'hex')
  return { traceId: notZero(digest.slice(0, 32)), spanId: notZero(digest.slice(32, 48)) }
}

/** W3C trace context has no ids of zeros alone. */
function notZero(id: string): string {
  return /^0+$/.test(id) ? `${id.slice(1)}1` : id
}

/** Reads W3C trace context. Undefined if the traceparent is not valid: W3C says to go on as if there were none. */
export function remoteSpanContext(parent: {
  traceparent: string
  tracestate?: string | undefined
}): SpanContext | undefined {
  const context = parseTraceParent(parent.traceparent)
  if (context === null) return undefined
  return {
    ...context,
    isRemote: true,
    ...(parent.tracestate === undefined ? {} : { traceState: new TraceState(parent.tracestate) }),
  }
}

/** Writes a span's context as a W3C traceparent. */
export function traceparentOf(context: SpanContext): string {
  const flags = (context.traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')
  return `00-${context.traceId}-${context.spanId}-${flags}`
}
