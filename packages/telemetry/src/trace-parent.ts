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

/** Where the spans of an event belong: its own trace context if that is valid, else the trace made from its identity. */
export function traceParentOf(event: Pick<Envelope, 'id' | 'source' | 'traceparent' | 'tracestate'>): TraceParent {
  const { id, source, traceparent, tracestate } = event
  return traceparent !== undefined && parseTraceParent(traceparent) !== null
    ? { traceparent, ...(tracestate === undefined ? {} : { tracestate }) }
    : { traceOf: `${source} ${id}` }
}

/** The trace id that is made from a text: 32 hexadecimal digits. */
export function traceIdOf(text: string): string {
  const id = hash('sha256', text, 'hex').slice(0, 32)
  return /^0+$/.test(id) ? `${'0'.repeat(31)}1` : id
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
