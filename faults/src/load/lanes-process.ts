import { setTimeout as wait } from 'node:timers/promises'
import { compileContract, connectRegistry } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { eventSource, headersOfEnvelope, keyOfSubject, registrySubject, secretOf, timestamp } from '@samspill/contracts'
import { connectKafka, createLanes } from '@samspill/kafka'
import { startTelemetry } from '@samspill/telemetry'
import type { HistoryLine } from '../history/history-lines.ts'
import type { Journal } from '../history/journal.ts'
import { workOffOrders, type LoadOrder } from './load-orders.ts'
import { DueQueue, scheduleOf, type Due } from './open-loop.ts'
import { readSetting, streamsOfRun, systems } from './run-setting.ts'

/* A program that sends through lanes of its own, as the relay and ingress do, without waiting between a subject's events. */
const setting = readSetting()
const { agency } = setting
const { measured } = streamsOfRun(setting)
const { stream, type } = measured
const source = eventSource(agency, systems.lanes)
const config = readConfig(process.env)
const secret = secretOf(measured, config.keySecrets)
const codec = compileContract(measured)
const schemaId = await connectRegistry({ url: config.registry.url }).idOf(
  registrySubject(stream, type),
  measured.schema,
)

await using telemetry = startTelemetry({
  service: systems.lanes,
  otlpUrl: undefined,
  logLevel: config.logLevel,
  output: process.stderr,
})
const { log } = telemetry
await using kafka = await connectKafka(config.kafka.client, {
  brokers: config.kafka.brokers,
  clientId: systems.lanes,
  log,
})
await using lanes = createLanes(await kafka.writer(), { log })
await workOffOrders(async ({ run, load, startAt }: LoadOrder, journal) => {
  const { events, subjects, milliseconds } = load
  const schedule = scheduleOf({
    run,
    stream: stream.name,
    source,
    events: events.lanes,
    subjects,
    milliseconds,
    seed: 3,
  })
  const queue = new DueQueue(schedule, startAt)
  const underWay: Promise<void>[] = []
  for (let pause = queue.untilNext(Date.now()); pause !== undefined; pause = queue.untilNext(Date.now())) {
    await wait(Math.max(5, pause))
    underWay.push(...queue.take(Infinity, Date.now()).map((due) => send(due, journal)))
  }
  await Promise.all(underWay)
})

async function send({ at: _at, ...event }: Due, journal: Journal): Promise<void> {
  const { id, subject, number, series } = event
  const subjectKey = secret === 'plain' ? subject : keyOfSubject(stream, subject, secret)
  try {
    await lanes.send({
      topic: stream.name,
      key: Buffer.from(subjectKey),
      value: codec.encodeFramed(schemaId, { subject, number, series }),
      timestamp: Date.now(),
      headers: headersOfEnvelope({
        id,
        source,
        type,
        time: timestamp(Date.now()),
        subjectKey,
        correlationId: id,
        replay: false,
      }),
    })
    journal.write([{ kind: 'acknowledged', ...event } satisfies HistoryLine])
  } catch (error) {
    // Not acknowledged, so nothing was promised; sent again it would come behind its subject's later events.
    process.stderr.write(`${id} was not acknowledged: ${String(error)}\n`)
  }
}
