import { randomUUID } from 'node:crypto'
import { connectRegistry, createCodecs } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { timestamp } from '@samspill/contracts'
import { connectKafka, createLanes, type LaneRecord } from '@samspill/kafka'
import { startTelemetry } from '@samspill/telemetry'
import { createOutgoingEvents, prepareEvents } from '@samspill/service'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { layoff, layoffStream } from './layoff-stream.ts'

const publishers = 500

/** As the kit does it: everything from the contract's data to the acknowledged record, once per event. */
export async function publishByHub(stage: BenchStage, round: Round): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const { make, send } = await open(stage, opened)
  let number = 0
  return await measure(stage, round, () => send(make(number++)))
}

/** The same records, all made beforehand. */
export async function publishBare(stage: BenchStage, round: Round): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const { make, send } = await open(stage, opened)
  const records = Array.from({ length: 20_000 }, (_, number) => make(number))
  let number = 0
  return await measure(stage, round, () => send(records[number++ % records.length] as LaneRecord))
}

async function open(
  stage: BenchStage,
  opened: AsyncDisposableStack,
): Promise<{ make: (number: number) => LaneRecord; send: (record: LaneRecord) => Promise<unknown> }> {
  const config = readConfig({ ...process.env, ...stage.environment })
  const { contract, secret } = layoffStream(stage)
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
    make: (number) => {
      const [event] = prepareEvents([contract(layoff(number))], {}, { outgoing, tracing })
      if (event === undefined) throw new Error('one event makes one record')
      return { ...event.row, timestamp: event.envelope.time }
    },
    send: (record) => lanes.send(record),
  }
}

async function measure(stage: BenchStage, round: Round, publish: () => Promise<unknown>): Promise<Measured> {
  const { perSecond, processorMilliseconds, brokerMilliseconds } = await closedLoop({
    stage,
    atOnce: publishers,
    seconds: round.seconds,
    // The generated code of codecs and records is warm after some 100,000 events.
    warmUpSeconds: 3,
    work: publish,
  })
  return { value: perSecond, also: { cpu: processorMilliseconds, broker: brokerMilliseconds } }
}
