import { keyOfSubject } from '@samspill/contracts'
import { problem } from '@samspill/http'
import type { CloudEvent } from './cloud-event.ts'
import type { EventData } from './event-data.ts'
import type { EventType, EventTypes } from './event-types.ts'

/** An event that may be published: checked, encoded and keyed; only its trace is still to come. */
export interface ReadyEvent {
  readonly event: CloudEvent
  readonly eventType: EventType
  /** The record key. */
  readonly subjectKey: string
  /** Framed Avro. */
  readonly value: Buffer
}

/** What makes an event ready. */
export interface Readying {
  readonly eventTypes: EventTypes
  readonly eventData: EventData
}

/**
 * Checks an event against its contract, and makes its bytes and its key. Throws HttpProblem: 404 `event-type-unknown`,
 * 422 `stream-keyed-by-publisher`, `source-foreign`, `data-invalid` and `schema-foreign`, 400 `avro-malformed`,
 * 413 `event-too-large`, 503 `schema-unresolved`.
 */
export function readyEvent(event: CloudEvent, { eventTypes, eventData }: Readying): ReadyEvent {
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
  if (!eventType.source.test(event.source)) {
    throw problem(422, 'source-foreign', `The stream ${stream.name} takes events of ${stream.agency} only.`, {
      errors: [{ path: 'source', rule: 'foreign', message: `must be /${stream.agency}/<system>` }],
    })
  }
  const { value, subject } = eventData.read(eventType, event.content)
  return { event, eventType, value, subjectKey: key === 'plain' ? subject : keyOfSubject(stream, subject, key) }
}
