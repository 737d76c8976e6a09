import { connectRegistry, createCodecs, type Codecs, type SchemaRegistry } from '@samspill/avro'
import type { HubConfig } from '@samspill/config'
import { connectKafka, createLanes, type KafkaConnection, type Lanes } from '@samspill/kafka'
import type { Log } from '@samspill/telemetry'

/** What all services of one process share: one producer, one set of lanes, one cache of schemas. */
export interface ProcessConnections extends AsyncDisposable {
  readonly kafka: KafkaConnection
  readonly lanes: Lanes
  readonly registry: SchemaRegistry
  readonly codecs: Codecs
}

/** Connects a process to Kafka and the registry. Throws while the brokers are away. */
export async function connectProcess(config: HubConfig, clientId: string, log: Log): Promise<ProcessConnections> {
  await using opened = new AsyncDisposableStack()
  const kafka = opened.use(await connectKafka(config.kafka.client, { brokers: config.kafka.brokers, clientId, log }))
  const lanes = opened.use(createLanes(await kafka.writer(), { log }))
  const registry = connectRegistry({ url: config.registry.url })
  const codecs = createCodecs()
  const owned = opened.move()
  return { kafka, lanes, registry, codecs, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
