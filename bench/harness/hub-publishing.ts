import { randomUUID } from 'node:crypto'
import { connectRegistry, createCodecs } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { timestamp, type EventContract, type KeySecret } from '@samspill/contracts'
import { connectKafka, createLanes, type LaneRecord } from '@samspill/kafka'
import { createOutgoingEvents, prepareEvents } from '@samspill/service'
import { startTelemetry } from '@samspill/telemetry'
import type { BenchStage } from './bench-stage.ts'

/** The hub's way from an event's data to the acknowledged record. */
export interface HubPublishing<Data> {
  /** Contract, Avro, envelope, key, span. */
  make(data: Data): LaneRecord
  send(record: LaneRecord): Promise<unknown>
}

/** Opens the hub's publishing for one contract, as the kit does it; what it opens goes into `opened`. */
export async function openHubPublishing<Data>(
  stage: BenchStage,
  { contract, secret }: { readonly contract: EventContract<string, Data>; readonly secret: KeySecret },
  opened: AsyncDisposableStack,
): Promise<HubPublishing<Data>> {
  const config = readConfig({ ...process.env, ...stage.environment })
  const { agency } = secret
  const { log, tracing } = opened.use(
    startTelemetry({ service: 'bench', logLevel: 'warn', output: process.stderr, sampleRatio: 0.01 }),
  )
  const { brokers, client } = config.kafka
  const kafka = opened.use(await connectKafka(client, { brokers, clientId: 'bench', log }))
  const lanes = opened.use(createLanes(await kafka.writer(), { log }))
  const outgoing = createOutgoingEvents({
    agency,
    system: 'bench',
    publishes: [contract],
    keySecrets: new Map([[agency, secret]]),
    registry: connectRegistry({ url: config.registry.url }),
    codecs: createCodecs(),
    now: () => timestamp(Date.now()),
    newId: randomUUID,
  })
  await outgoing.prepare()
  return {
    make: (data) => {
      const [event] = prepareEvents([contract(data)], {}, { outgoing, tracing })
      if (event === undefined) throw new Error('one event makes one record')
      return { ...event.row, timestamp: event.envelope.time }
    },
    send: (record) => lanes.send(record),
  }
}
