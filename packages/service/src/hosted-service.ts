import { problem, type NotReadyReason, type Router } from '@samspill/http'
import { openDatabase } from '@samspill/postgres'
import { startTelemetry } from '@samspill/telemetry'
import type { FeedDefinition } from './define-feed.ts'
import type { ServiceDefinition } from './define-service.ts'
import { addDoor } from './door-routes.ts'
import { persistUntil } from './persist-until.ts'
import type { ProcessConnections } from './process-connections.ts'
import { createServiceMetrics } from './service-metrics.ts'
import { isPassing } from './start-failure.ts'
import type { ProcessOptions } from './start-process.ts'
import { startService, type ServiceSurroundings, type StartedService } from './start-service.ts'

/** Most of a batch's time PostgreSQL works: more at once would only wait for it, decoded, and burden the garbage collection. */
const batchesAtOnce = 4
/** For the door, positions and metrics. */
const connectionsBesideBatches = 2

/** One service in its process: there from the first moment, started as soon as the hub's parts are. */
export class HostedService implements AsyncDisposable {
  readonly telemetry: ReturnType<typeof startTelemetry>
  readonly #definition: ServiceDefinition | FeedDefinition
  readonly #surroundings: Omit<ServiceSurroundings, 'connections'>
  #waiting: NotReadyReason | undefined = { code: 'starting', message: 'the service has not started yet' }
  #started: StartedService | undefined

  constructor(definition: ServiceDefinition | FeedDefinition, options: Required<ProcessOptions>) {
    const { config, now, newId, random, batchSize, logOutput } = options
    this.#definition = definition
    this.telemetry = startTelemetry({
      service: definition.name,
      otlpUrl: config.otlp.url,
      sampleRatio: config.otlp.sampleRatio,
      logLevel: config.logLevel,
      output: logOutput,
    })
    const database = openDatabase({
      url: config.database.url,
      schema: definition.name,
      maxConnections: batchesAtOnce + connectionsBesideBatches,
      log: this.telemetry.log,
    })
    // Once, and not at each attempt to start: what is read when the metrics are asked for would else stay with the first.
    const metrics = createServiceMetrics(this.telemetry.metrics, now)
    const limits = { batchSize, batchesAtOnce }
    this.#surroundings = { config, telemetry: this.telemetry, metrics, database, now, newId, random, ...limits }
  }

  /** Why the service cannot work now, or not do all of its work. */
  get notReady(): readonly NotReadyReason[] {
    const reasons = this.#waiting === undefined ? (this.#started?.notReady() ?? []) : [this.#waiting]
    return reasons.map(({ code, message }) => ({ code, message: `${this.#definition.name}: ${message}` }))
  }

  /** Starts the service, however long the hub's parts are away. Throws HubErrors that no waiting mends. */
  async start(connect: () => Promise<ProcessConnections>, signal: AbortSignal): Promise<void> {
    const { log } = this.telemetry
    this.#started = await persistUntil(
      async () => await startService(this.#definition, { ...this.#surroundings, connections: await connect() }),
      {
        signal,
        onFailure: (error, attempt) => {
          if (!isPassing(error)) throw error
          this.#waiting = { code: error.code, message: error.message }
          log.warn('a part of the hub is away; the start is tried again', { error, attempt })
        },
      },
    )
    this.#waiting = undefined
    log.info('started')
  }

  /** Adds the service's own addresses. Until it has started they answer 503. */
  addRoutes(router: Router): void {
    if (this.#definition.kind !== 'service' || this.#definition.routes === undefined) return
    const { telemetry, database, now, newId } = this.#surroundings
    addDoor(router, this.#definition.routes, {
      database,
      tracing: telemetry.tracing,
      log: telemetry.log,
      now,
      newId,
      started: () => {
        if (this.#started !== undefined) return this.#started
        throw problem(503, 'starting', 'The service has not started yet: parts of the hub are away.', { retryAfter: 2 })
      },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#started?.[Symbol.asyncDispose]()
    await this.#surroundings.database[Symbol.asyncDispose]()
    await this.telemetry[Symbol.asyncDispose]()
  }
}
