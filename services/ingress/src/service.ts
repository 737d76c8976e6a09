import type { RequestListener } from 'node:http'
import { createHeaderWriter, timestamp } from '@samspill/contracts'
import type { Codecs, SchemaRegistry } from '@samspill/avro'
import { createApp, type NotReadyReason } from '@samspill/http'
import type { Telemetry } from '@samspill/telemetry'
import { createAdmission } from './admission.ts'
import { createEventData } from './event-data.ts'
import type { Sender } from './event-publisher.ts'
import type { EventTypes } from './event-types.ts'
import type { IngressLimits } from './ingress-limits.ts'
import { createMeasurements } from './measurements.ts'
import { postEvents } from './post-events.ts'
import type { SchemaIds } from './schema-ids.ts'

export { knownEventTypes, type EventTypes } from './event-types.ts'
export { readIngressLimits, type IngressLimits } from './ingress-limits.ts'
export { findSchemaIds, type SchemaIds } from './schema-ids.ts'
export { openBrokerDoor, type BrokerDoor } from './broker-door.ts'
export { type Sender } from './event-publisher.ts'

/** What ingress stands on; tests give their own. */
export interface IngressParts {
  readonly eventTypes: EventTypes
  readonly codecs: Codecs
  readonly registry: Pick<SchemaRegistry, 'schemaById'>
  readonly schemaIds: Pick<SchemaIds, 'of' | 'notReady'>
  readonly sender: Sender & { notReady(): readonly NotReadyReason[] }
  readonly telemetry: Pick<Telemetry, 'tracing' | 'log' | 'metrics'>
  readonly limits: IngressLimits
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Makes the HTTP door of the hub: `POST /events`, health and metrics. Nothing listens yet. */
export function createIngress(parts: IngressParts): RequestListener {
  const { eventTypes, codecs, registry, schemaIds, sender, limits, now } = parts
  const { tracing, log, metrics } = parts.telemetry
  const events = createAdmission(limits.eventsInFlight)
  const door = {
    eventTypes,
    eventData: createEventData({ eventTypes, codecs, registry, schemaIds, mostBytes: limits.encodedEventBytes }),
    sender,
    headersOf: createHeaderWriter(),
    tracing,
    log,
    limits,
    events,
    bodies: createAdmission(limits.bodyBytesInFlight),
    measurements: createMeasurements(metrics, () => events.taken),
    publishMilliseconds: limits.publishMilliseconds,
    now: () => timestamp(now()),
  }
  return createApp({
    log,
    metrics,
    notReady: () => [...schemaIds.notReady(), ...sender.notReady()],
    routes: (router) => router.route('/events', { post: postEvents(door) }),
  })
}
