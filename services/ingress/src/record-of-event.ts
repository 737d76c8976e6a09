import { type Envelope, type HeaderWriter, type Timestamp } from '@samspill/contracts'
import type { LaneRecord } from '@samspill/kafka'
import type { ActiveSpan } from '@samspill/telemetry'
import type { ReadyEvent } from './ready-event.ts'

/** The record that an event becomes, in the trace of its span. */
export function recordOfEvent(
  ready: ReadyEvent,
  span: ActiveSpan,
  now: Timestamp,
  headersOf: HeaderWriter,
): LaneRecord {
  const key = Buffer.from(ready.subjectKey)
  return {
    topic: ready.eventType.topic,
    key,
    value: ready.value,
    headers: headersOf(envelopeOf(ready, span, now)),
    // Retention and the brokers' own checks go by this time: the client's word for it is in ce_time only.
    timestamp: now,
  }
}

function envelopeOf({ event, subjectKey }: ReadyEvent, span: ActiveSpan, now: Timestamp): Envelope {
  const { id, source, type, time, causationid, correlationid, correction } = event
  const envelope: { -readonly [Name in keyof Envelope]: Envelope[Name] } = {
    id,
    source,
    type,
    time: time ?? now,
    subjectKey,
    correlationId: correlationid ?? id,
    traceparent: span.traceparent,
    replay: false,
  }
  if (causationid !== undefined) envelope.causationId = causationid
  if (span.tracestate !== undefined) envelope.tracestate = span.tracestate
  if (correction !== undefined) {
    envelope.corrects = correction.corrects
    if (correction.annuls) envelope.annuls = true
  }
  return envelope
}
