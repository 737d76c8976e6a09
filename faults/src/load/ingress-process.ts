import { once } from 'node:events'
import { connectRegistry, createCodecs } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { listen } from '@samspill/http'
import { createIngress, findSchemaIds, knownEventTypes, openBrokerDoor, readIngressLimits } from '@samspill/ingress'
import { connectKafka } from '@samspill/kafka'
import { startTelemetry } from '@samspill/telemetry'
import { endWithRig } from '../run/end-with-rig.ts'
import { readSetting, streamsOfRun } from './run-setting.ts'

/* Ingress as it is, for a stream that only this run knows. It says where it listens. */
const config = readConfig(process.env)
const limits = readIngressLimits(process.env)
const { reported } = streamsOfRun(readSetting())
const eventTypes = knownEventTypes([reported], config.keySecrets)

using _rig = endWithRig()
await using telemetry = startTelemetry({
  service: 'ingress',
  otlpUrl: undefined,
  logLevel: config.logLevel,
  output: process.stderr,
})
const { log } = telemetry
await using connection = await connectKafka(config.kafka.client, {
  brokers: config.kafka.brokers,
  clientId: 'ingress',
  log,
})
await using sender = openBrokerDoor({
  connection,
  topics: [reported.stream.name],
  log,
  maxRecords: limits.eventsInFlight,
  now: Date.now,
})
const registry = connectRegistry({ url: config.registry.url })
await using schemaIds = findSchemaIds({ eventTypes: eventTypes.all, registry, log })
const app = createIngress({
  eventTypes,
  codecs: createCodecs(),
  registry,
  schemaIds,
  sender,
  telemetry,
  limits,
  now: Date.now,
})
const listening = await listen(app, { ...config.http, unprotected: undefined })
process.send?.({ kind: 'listening', url: listening.url })
await once(process, 'SIGTERM')
await listening[Symbol.asyncDispose]()
