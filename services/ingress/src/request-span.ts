import type { IncomingMessage } from 'node:http'
import { traceParentOf, type ActiveSpan, type TraceParent, type Tracing } from '@samspill/telemetry'
import type { CloudEvent } from './cloud-event.ts'
import type { RefusedEvent } from './event-result.ts'
import { isRefused } from './request-events.ts'

/**
 * The server span of a request. One event is one case, so the request belongs to the event's trace; a batch holds many
 * cases, so it has a trace of its own, which the cases link to.
 */
export function startRequestSpan(
  tracing: Tracing,
  request: IncomingMessage,
  startTime: number,
  count: number,
  single?: CloudEvent | RefusedEvent,
): ActiveSpan {
  return tracing.start('POST /events', {
    kind: 'server',
    parent: parentOf(request, single === undefined || isRefused(single) ? undefined : single),
    startTime,
    attributes: () => ({
      'http.request.method': 'POST',
      'http.route': '/events',
      'messaging.batch.message_count': count,
    }),
  })
}

/** The trace that an event says it belongs to, or the one made from its identity. */
export function traceOfEvent(event: Pick<CloudEvent, 'id' | 'source' | 'traceparent' | 'tracestate'>): TraceParent {
  const { id, source, traceparent, tracestate } = event
  if (traceparent === undefined) return traceParentOf({ id, source })
  return traceParentOf({ id, source, traceparent, ...(tracestate === undefined ? {} : { tracestate }) })
}

function parentOf(request: IncomingMessage, single: CloudEvent | undefined): TraceParent | undefined {
  const { traceparent, tracestate } = request.headers
  const ofRequest = typeof traceparent === 'string' ? { traceparent, tracestate: oneOf(tracestate) } : undefined
  if (single === undefined) return ofRequest
  if (single.traceparent !== undefined || ofRequest === undefined) return traceOfEvent(single)
  return traceOfEvent({ id: single.id, source: single.source, ...ofRequest })
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(',') : header
}
