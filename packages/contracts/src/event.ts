import type { AnyContract } from './contract.ts'
import type { Timestamp } from './values.ts'

/** Names an event: its source and its id, which are unique together. */
export interface EventReference {
  readonly source: string
  readonly id: string
}

/** What surrounds the data of an event: the CloudEvents 1.0 attributes and how the event follows from others. */
export interface Envelope {
  /** Unique together with `source`. */
  readonly id: string
  /** `/<agency>/<system>`. */
  readonly source: string
  /** The Avro full name, e.g. `nav.layoffs.LayoffRegistered`. */
  readonly type: string
  /** When it happened, or when the record was written if the publisher does not say. */
  readonly time: Timestamp
  /** The record key: opaque for people, the plain number for open registers. */
  readonly subjectKey: string
  /** The id of the first event of the case. */
  readonly correlationId: string
  /** The id of the event that led to this one. */
  readonly causationId?: string
  readonly traceparent?: string
  readonly tracestate?: string
  /** The earlier event that this one corrects, or takes back where it also `annuls`. */
  readonly corrects?: EventReference
  /** True: what `corrects` names never was; this event's data says what that was. */
  readonly annuls?: boolean
  /** True where history is read again. */
  readonly replay: boolean
}

/** An event as a contract makes it: what happened, not yet who says so and when. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly contract: AnyContract
  readonly type: Type
  readonly data: Data
  /** What the publisher already knows of the envelope; the hub fills in the rest. */
  readonly envelope: Partial<Pick<Envelope, 'id' | 'time' | 'correlationId' | 'causationId' | 'corrects' | 'annuls'>>
}

/** An event as a handler receives it. */
export interface ReceivedEvent<Data = unknown> extends Envelope {
  readonly data: Data
}
