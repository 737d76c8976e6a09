/**
 * Every attribute name a span of the hub may carry: OpenTelemetry's semantic conventions where they have a name, ours
 * under `samspill.` where they have none. A record key or a value of the data has no name here, and so no way out.
 */
const attributeNames = [
  'messaging.system',
  'messaging.operation.name',
  'messaging.operation.type',
  'messaging.destination.name',
  'messaging.destination.partition.id',
  'messaging.consumer.group.name',
  'messaging.client.id',
  'messaging.message.id',
  'messaging.message.body.size',
  'messaging.batch.message_count',
  'messaging.kafka.offset',
  'http.request.method',
  'http.response.status_code',
  'http.route',
  'db.system.name',
  'db.operation.name',
  'db.operation.batch.size',
  'db.namespace',
  'server.address',
  'server.port',
  'error.type',
  'samspill.event.type',
  'samspill.event.source',
  'samspill.correlation.id',
  'samspill.causation.id',
  'samspill.corrects',
  'samspill.annuls',
  'samspill.replay',
  'samspill.outcome',
  'samspill.attempt',
  'samspill.schema.id',
  'samspill.returned.count',
] as const

/** The name of an attribute a span may carry. */
export type AttributeName = (typeof attributeNames)[number]

/** The attributes of a span, by the names that are allowed. */
export type SpanAttributes = { readonly [Name in AttributeName]?: string | number | boolean }

/** The values of `messaging.operation.name` in the hub. */
export type MessagingOperation = 'publish' | 'send' | 'process'
