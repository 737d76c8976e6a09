/** An ordered series of events about one kind of subject: one Kafka topic `<agency>.<stream>`. */
export interface Stream {
  /** `<agency>.<stream>`, which is the topic's name too, e.g. `nav.layoffs`. */
  readonly name: string
  readonly agency: string
  readonly subject: {
    /** The top-level field of every event's data that says who the event is about. */
    readonly field: string
    readonly kind: 'person' | 'organisation' | 'municipality' | 'other'
  }
  /** Fixed at creation: another number would break the order per subject. */
  readonly partitions: number
  /** `open`: any authenticated client reads it. `personal`: only under a grant. */
  readonly access: 'open' | 'personal'
  /** Who makes the record keys: the hub (HMAC with the agency's secret), or one plain publisher with its own opaque key. */
  readonly keys: 'hub' | 'publisher'
}

/** The Kafka topic that holds a stream. The one place that resolves a subscription to a topic. */
export function topicOf(stream: Stream): string {
  return stream.name
}

/** The registry subject of an event type in a stream (Confluent's TopicRecordNameStrategy). */
export function registrySubject(stream: Stream, type: string): string {
  return `${topicOf(stream)}-${type}`
}
