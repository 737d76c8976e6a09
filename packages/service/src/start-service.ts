import { createEventDecoder } from '@samspill/avro'
import type { HubConfig } from '@samspill/config'
import { eventSource, HubError, topicOf, type Timestamp } from '@samspill/contracts'
import type { NotReadyReason } from '@samspill/http'
import { migrate, type Database, type Relay } from '@samspill/postgres'
import type { Telemetry } from '@samspill/telemetry'
import type { ServiceDefinition } from './define-service.ts'
import type { FeedDefinition } from './define-feed.ts'
import type { ProcessConnections } from './process-connections.ts'
import { Glances } from './glances.ts'
import { dryRunHandler } from './operators/dry-run.ts'
import { startPurgingRequests } from './operators/request-retention.ts'
import { startRequestRunner, type RequestHandler } from './operators/request-runner.ts'
import { createOutgoingEvents } from './publishing/outgoing-events.ts'
import type { PublishSurroundings } from './publishing/publish-events.ts'
import { startRelayToKafka } from './publishing/relay-to-kafka.ts'
import { feedMigrations, startFeed } from './run-feed.ts'
import { replayRequests, replaysRefused } from './replay/replay-requests.ts'
import type { ResultReading } from './reading/own-results.ts'
import { startReading, type Reading } from './reading/start-reading.ts'
import type { SubscribedStream } from './reading/planned-record.ts'
import type { ServiceMetrics } from './service-metrics.ts'
import type { Subscription } from './subscription.ts'

/** What a service is started with; time, ids and chance come in from outside. */
export interface ServiceSurroundings {
  readonly config: HubConfig
  readonly connections: ProcessConnections
  readonly telemetry: Telemetry
  readonly metrics: ServiceMetrics
  readonly database: Database
  readonly now: () => Timestamp
  readonly newId: () => string
  readonly random: () => number
  /** Events per transaction. */
  readonly batchSize: number
  /** Transactions at once that handle events. */
  readonly batchesAtOnce: number
}

/** What a started service publishes with, for its door. */
export interface StartedService extends AsyncDisposable {
  readonly publishing: PublishSurroundings
  wakeRelay(): void
  /** Why it cannot do all its work now. */
  notReady(): readonly NotReadyReason[]
}

/**
 * Starts one service or feed: its schema, its relay, its reading. Throws while a part of the hub is away, and HubErrors
 * of the definition (`stream-foreign`, `key-secret-missing`, …) that no waiting mends.
 * Disposing finishes the running batch, commits, leaves the group, and lets the relay send what it holds.
 */
export async function startService(
  definition: ServiceDefinition | FeedDefinition,
  surroundings: ServiceSurroundings,
): Promise<StartedService> {
  const { config, connections, telemetry, metrics, database, now } = surroundings
  const { tracing, log } = telemetry
  const outgoing = createOutgoingEvents({
    agency: definition.agency,
    system: definition.name,
    publishes: definition.publishes,
    keySecrets: config.keySecrets,
    registry: connections.registry,
    codecs: connections.codecs,
    now,
    newId: surroundings.newId,
  })
  await migrate(database, definition.name, definition.kind === 'feed' ? feedMigrations : definition.migrations)
  await outgoing.prepare()

  await using started = new AsyncDisposableStack()
  const publishing = { outgoing, tracing }
  const relay: Relay = started.use(
    startRelayToKafka({ database, lanes: connections.lanes, tracing, log, metrics, now }),
  )
  const wakeRelay = (): void => relay.wake()
  const glances = started.use(new Glances({ database, now }))
  const handlers: Record<string, RequestHandler> = { ...replaysRefused(definition.name) }
  let reading: Reading | undefined
  if (definition.kind === 'feed') {
    started.use(startFeed(definition, { ...publishing, database, log, now, wakeRelay }))
  } else if (definition.subscriptions.length > 0) {
    const streams = streamsOf(definition)
    const decoder = createEventDecoder({
      registry: connections.registry,
      contracts: definition.subscriptions.map(({ contract }) => contract),
      codecs: connections.codecs,
    })
    const results = definition.keepsResults ? resultReading(definition, connections) : undefined
    const byName = new Map(Array.from(streams.values(), (subscribed) => [subscribed.stream.name, subscribed]))
    Object.assign(
      handlers,
      { 'redrive-dry-run': dryRunHandler({ ...publishing, results, database, log, now, streams: byName, decoder }) },
      replayRequests({
        ...publishing,
        results,
        ...connections,
        definition,
        streams,
        decoder,
        metrics,
        databaseUrl: config.database.url,
        batchSize: surroundings.batchSize,
        random: surroundings.random,
        log,
        now,
        wakeRelay,
      }),
    )
    reading = started.use(
      await startReading({
        ...publishing,
        glances,
        group: `${config.principal}.${definition.name}`,
        kafka: connections.kafka,
        database,
        log,
        now,
        streams,
        decoder,
        results,
        metrics,
        batchSize: surroundings.batchSize,
        batchesAtOnce: surroundings.batchesAtOnce,
        random: surroundings.random,
        wakeRelay,
      }),
    )
  }
  started.use(startRequestRunner({ database, glances, log, handlers }))
  started.use(startPurgingRequests({ database, log, now }))
  const owned = started.move()
  return {
    publishing,
    wakeRelay,
    notReady: () => [...(relay.state.databaseAway ? [databaseAway] : []), ...(reading?.notReady() ?? [])],
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function resultReading({ agency, name, publishes }: ServiceDefinition, connections: ProcessConnections): ResultReading {
  const { registry, codecs } = connections
  return { source: eventSource(agency, name), decoder: createEventDecoder({ registry, contracts: publishes, codecs }) }
}

const databaseAway = { code: 'database-unavailable', message: 'the database is away' }

/** The topics that a service reads, each with the event types it handles. Throws `subscription-twice`. */
function streamsOf(definition: ServiceDefinition): Map<string, SubscribedStream> {
  const streams = new Map<string, { stream: SubscribedStream['stream']; subscriptions: Map<string, Subscription> }>()
  for (const subscription of definition.subscriptions) {
    const { stream, type } = subscription.contract
    const topic = topicOf(stream)
    const known = streams.get(topic) ?? { stream, subscriptions: new Map<string, Subscription>() }
    if (known.subscriptions.has(type)) {
      throw new HubError('subscription-twice', `${definition.name} has two "on" for ${type}: keep one of them`)
    }
    known.subscriptions.set(type, subscription)
    streams.set(topic, known)
  }
  return streams
}
