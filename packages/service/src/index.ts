export { defineService, type ServiceDefinition } from './define-service.ts'
export {
  on,
  onBatch,
  type HandlerContext,
  type PublishedEvent,
  type Returned,
  type Subscription,
} from './subscription.ts'
export { defineFeed, type FeedDefinition, type PollContext, type Polled } from './define-feed.ts'
export { type Door, type DoorMethods, type Publish, type Routes } from './door.ts'
export { run } from './run.ts'
export { startProcess, type ProcessOptions, type RunningProcess } from './start-process.ts'
export { createOutgoingEvents, type OutgoingEvents } from './publishing/outgoing-events.ts'
export { prepareEvents } from './publishing/publish-events.ts'
export { startRelayToKafka } from './publishing/relay-to-kafka.ts'
export { createServiceMetrics } from './service-metrics.ts'
export { openOutbox, type OutboxDoor } from './publishing/open-outbox.ts'
export {
  decimal,
  HubError,
  idMadeFrom,
  localDate,
  municipalityNumber,
  nationalIdentityNumber,
  organisationNumber,
  PermanentFailure,
  RetryLater,
  timestamp,
  type Decimal,
  type EventReference,
  type LocalDate,
  type MunicipalityNumber,
  type NationalIdentityNumber,
  type NewEvent,
  type OrganisationNumber,
  type ReceivedEvent,
  type Timestamp,
} from '@samspill/contracts'
export { type Migration, type Transaction } from '@samspill/postgres'
