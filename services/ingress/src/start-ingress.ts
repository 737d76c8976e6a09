import { connectRegistry, createCodecs } from '@samspill/avro'
import { readConfig, textOr, type Environment } from '@samspill/config'
import { listen } from '@samspill/http'
import { connectKafka } from '@samspill/kafka'
import { contracts } from '@samspill/schemas'
import { startTelemetry } from '@samspill/telemetry'
import { openBrokerDoor } from './broker-door.ts'
import { knownEventTypes } from './event-types.ts'
import { readIngressLimits } from './ingress-limits.ts'
import { findSchemaIds } from './schema-ids.ts'
import { createIngress } from './service.ts'

/** Ingress at work. Disposing of it takes no new requests, finishes those in flight, and hangs up. */
export interface RunningIngress extends AsyncDisposable {
  /** e.g. `http://127.0.0.1:18080`. */
  readonly url: string
}

const usualPort = 18_080

/**
 * Starts ingress with the settings of an environment. It starts, and stays up, while brokers or registry are away.
 * Throws HubError `config-invalid`, `key-secret-missing`, `listen-unprotected`, `listen-address-taken`.
 */
export async function startIngress(environment: Environment): Promise<RunningIngress> {
  const config = readConfig(environment)
  const limits = readIngressLimits(environment)
  const eventTypes = knownEventTypes(contracts, config.keySecrets)
  const written = eventTypes.all.filter((eventType) => eventType.key !== 'elsewhere')

  await using started = new AsyncDisposableStack()
  const telemetry = started.use(
    startTelemetry({
      service: 'ingress',
      otlpUrl: config.otlp.url,
      sampleRatio: config.otlp.sampleRatio,
      logLevel: config.logLevel,
    }),
  )
  const { log } = telemetry
  const connection = started.use(
    await connectKafka(config.kafka.client, { brokers: config.kafka.brokers, clientId: 'ingress', log }),
  )
  const sender = started.use(
    openBrokerDoor({
      connection,
      topics: [...new Set(written.map((eventType) => eventType.topic))],
      log,
      maxRecords: limits.eventsInFlight,
      now: Date.now,
    }),
  )
  const registry = connectRegistry({ url: config.registry.url })
  const schemaIds = started.use(findSchemaIds({ eventTypes: written, registry, log }))
  const codecs = createCodecs()
  const app = createIngress({ eventTypes, codecs, registry, schemaIds, sender, telemetry, limits, now: Date.now })
  const listening = started.use(
    await listen(app, {
      host: config.http.host,
      port: textOr(environment, 'SAMSPILL_HTTP_PORT', undefined) === undefined ? usualPort : config.http.port,
      unprotected: textOr(environment, 'SAMSPILL_UNPROTECTED', undefined),
    }),
  )
  log.info('ingress listens', { address: listening.url })

  const running = started.move()
  return { url: listening.url, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
