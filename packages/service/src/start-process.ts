import { randomUUID } from 'node:crypto'
import type { HubConfig } from '@samspill/config'
import { HubError, timestamp, type Timestamp } from '@samspill/contracts'
import { createApp, listen, unprotectedWords } from '@samspill/http'
import { joinMetrics, type LineWriter } from '@samspill/telemetry'
import type { FeedDefinition } from './define-feed.ts'
import type { ServiceDefinition } from './define-service.ts'
import { HostedService } from './hosted-service.ts'
import { connectProcess, type ProcessConnections } from './process-connections.ts'

/** What a process of services is started with. */
export interface ProcessOptions {
  readonly config: HubConfig
  readonly now?: () => Timestamp
  readonly newId?: () => string
  /** A number from 0 up to 1. */
  readonly random?: () => number
  /** Events per transaction; 500 unless told. */
  readonly batchSize?: number
  /** Where log lines go; standard output unless told. */
  readonly logOutput?: LineWriter
}

/** Services that run in this process; disposing of it finishes the running batches, commits and leaves. */
export interface RunningProcess extends AsyncDisposable {
  /** Where /health and /metrics are, and the services' own doors. */
  readonly url: string
  /** Resolves when every service has started; rejects when one never can, e.g. since a migration was changed. */
  readonly started: Promise<void>
}

/**
 * Starts services in one process. Their HTTP side is there at once; what is away of the hub is waited for, and
 * /health/ready says what. Throws `nothing-to-run`, and what listening throws.
 */
export async function startProcess(
  definitions: readonly (ServiceDefinition | FeedDefinition)[],
  options: ProcessOptions,
): Promise<RunningProcess> {
  const { config } = options
  await using opened = new AsyncDisposableStack()
  const settings: Required<ProcessOptions> = {
    now: () => timestamp(Date.now()),
    newId: randomUUID,
    random: Math.random,
    batchSize: 500,
    logOutput: process.stdout,
    ...options,
  }
  const services = definitions.map((definition) => new HostedService(definition, settings))
  const [first] = services
  if (first === undefined) throw new HubError('nothing-to-run', 'run() was given no service: pass at least one')
  for (const service of services) opened.use(service)
  const { log } = first.telemetry

  const app = createApp({
    log,
    metrics: joinMetrics(services.map(({ telemetry }) => telemetry.metrics)),
    notReady: () => services.flatMap((service) => service.notReady),
    routes(router) {
      for (const service of services) service.addRoutes(router)
    },
  })
  const server = await listen(app, { ...config.http, unprotected: unprotectedWords })
  log.info('listening', { address: server.url })

  const stopping = new AbortController()
  const connections = new SharedConnections(() =>
    connectProcess(config, definitions.map(({ name }) => name).join('+'), log),
  )
  const starting = Promise.all(services.map((service) => service.start(() => connections.get(), stopping.signal)))
  const started = starting.then(
    () => undefined,
    (error: unknown) => {
      if (!stopping.signal.aborted) log.error('a service did not start', { error })
      throw error
    },
  )
  // Whoever does not ask whether it has started hears of it in the log and in /health/ready.
  started.catch(() => undefined)

  const owned = opened.move()
  return {
    url: server.url,
    started,
    async [Symbol.asyncDispose]() {
      await server.stop()
      stopping.abort()
      await Promise.allSettled([starting])
      await owned.disposeAsync()
      await connections[Symbol.asyncDispose]()
    },
  }
}

/** The connections of a process: opened by the first service that needs them, again where that failed. */
class SharedConnections implements AsyncDisposable {
  readonly #connect: () => Promise<ProcessConnections>
  #connecting: Promise<ProcessConnections> | undefined

  constructor(connect: () => Promise<ProcessConnections>) {
    this.#connect = connect
  }

  async get(): Promise<ProcessConnections> {
    this.#connecting ??= this.#connect()
    try {
      return await this.#connecting
    } catch (error) {
      this.#connecting = undefined
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [connected] = await Promise.allSettled([this.#connecting])
    if (connected.status === 'fulfilled') await connected.value?.[Symbol.asyncDispose]()
  }
}
