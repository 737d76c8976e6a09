import { createHash } from 'node:crypto'
import { headersOfEnvelope, idMadeFrom, type Envelope, type Timestamp } from '@samspill/contracts'
import type { OutboxRow } from '@samspill/postgres'
import { traceParentOf, type Tracing } from '@samspill/telemetry'
import type { Difference } from './compare-results.ts'
import type { ReturnedResult } from './play-history.ts'
import type { SentResult } from './sent-events.ts'

/** What corrections are made with. */
export interface CorrectionSurroundings {
  readonly tracing: Tracing
  readonly now: () => Timestamp
}

/**
 * Makes the event that puts a difference right: a new one that corrects the old, one that annuls it, or the one that was
 * never sent. Each is marked as replay, goes on with the trace of what it is about, and has the same id however often
 * it is made.
 */
export function correctionOf(
  difference: Difference<SentResult, ReturnedResult>,
  { tracing, now }: CorrectionSurroundings,
): OutboxRow {
  switch (difference.kind) {
    case 'missing': {
      const { envelope, row } = difference.now
      return rowOf({ ...envelope, time: now() }, row, tracing)
    }
    case 'changed': {
      const { source, id } = difference.before.envelope
      const content = createHash('sha256').update(difference.now.value).digest('hex')
      const envelope = { ...difference.now.envelope, id: idMadeFrom('replay', source, id, content) }
      return rowOf({ ...envelope, time: now(), corrects: { source, id } }, difference.now.row, tracing)
    }
    case 'unfounded': {
      const { envelope, record } = difference.before
      const { source, id } = envelope
      const annulment = { ...envelope, id: idMadeFrom('annulment', source, id), corrects: { source, id }, annuls: true }
      return rowOf({ ...annulment, time: now() }, record, tracing)
    }
  }
}

type Place = Pick<OutboxRow, 'topic' | 'partition' | 'key' | 'value'>

function rowOf(without: Omit<Envelope, 'replay'>, place: Place, tracing: Tracing): OutboxRow {
  const span = tracing.start(`publish ${place.topic}`, {
    kind: 'producer',
    parent: traceParentOf(without),
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.name': 'publish',
      'messaging.operation.type': 'create',
      'messaging.destination.name': place.topic,
      'messaging.message.id': without.id,
      'samspill.event.type': without.type,
      'samspill.correlation.id': without.correlationId,
      'samspill.replay': true,
    },
  })
  span.end()
  const { traceparent, tracestate } = span
  const trace = { traceparent, ...(tracestate === undefined ? {} : { tracestate }) }
  const envelope: Envelope = { ...without, ...trace, replay: true }
  const { topic, partition, key, value } = place
  return {
    eventId: envelope.id,
    type: envelope.type,
    topic,
    partition,
    key,
    value,
    headers: headersOfEnvelope(envelope),
  }
}
