import type { Envelope, Timestamp } from '@samspill/contracts'
import { keyOfSubject } from '@samspill/contracts'
import { problem } from '@samspill/http'
import type { CloudEvent } from './cloud-event.ts'
import type { EventData } from './event-data.ts'
import type { EventType, EventTypes } from './event-types.ts'

/** An event that may be published: checked, encoded and keyed; only its trace is still to come. */
export interface ReadyEvent {
  readonly eventType: EventType
  readonly envelope: Envelope
  /** Framed Avro. */
  readonly value: Buffer
}

/** What makes an event ready. */
export interface Readying {
  readonly eventTypes: EventTypes
  readonly eventData: EventData
  readonly now: () => Timestamp
}

const systemSource = /^\/([a-z][a-z0-9-]*)\/[A-Za-z0-9][A-Za-z0-9._~-]*$/

/**
 * Checks an event against its contract, and makes its bytes and its key. Throws HttpProblem: 404 `event-type-unknown`,
 * 422 `stream-keyed-by-publisher`, `source-foreign`, `data-invalid` and `schema-foreign`, 400 `avro-malformed`,
 * 413 `event-too-large`, 503 `schema-unresolved`.
 */
export function readyEvent(event: CloudEvent, { eventTypes, eventData, now }: Readying): ReadyEvent {
  const eventType = eventTypes.named(event.type)
  const { stream } = eventType.contract
  const { key } = eventType
  if (key === 'elsewhere') {
    throw problem(
      422,
      'stream-keyed-by-publisher',
      `Events of ${eventType.type} are not taken here: one plain system writes the stream ${stream.name} with keys of its own.`,
    )
  }
  if (systemSource.exec(event.source)?.[1] !== stream.agency) {
    throw problem(422, 'source-foreign', `The stream ${stream.name} takes events of ${stream.agency} only.`, {
      errors: [{ path: 'source', rule: 'foreign', message: `must be /${stream.agency}/<system>` }],
    })
  }
  const { value, subject } = eventData.read(eventType, event.content)
  const { id, source, type, causationid, correlationid, correction } = event
  return {
    eventType,
    value,
    envelope: {
      id,
      source,
      type,
      time: event.time ?? now(),
      subjectKey: key === 'plain' ? subject : keyOfSubject(stream, subject, key),
      correlationId: correlationid ?? id,
      ...(causationid === undefined ? {} : { causationId: causationid }),
      ...(correction === undefined ? {} : { corrects: correction.corrects }),
      ...(correction?.annuls ? { annuls: true } : {}),
      replay: false,
    },
  }
}
