import { readConfig } from '@samspill/config'
import { headersOfEnvelope, keyOfSubject, timestamp, type KeySecret } from '@samspill/contracts'
import { connectKafka, createLanes, type LaneRecord } from '@samspill/kafka'
import { layoffRegistered } from '@samspill/schemas'
import { startTelemetry } from '@samspill/telemetry'
import { randomBytes } from 'node:crypto'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { layoffEvents, layoffValues, type LayoffEvent } from './layoffs.ts'
import { layoffSchemaId } from './over-http.ts'
import { batchSize } from './requests.ts'

const prepared = 20_000

/** Sends the records that ingress would write, made beforehand, as many at once as so many connections send batches. */
export function bareProduce(connections: number): (stage: BenchStage, round: Round) => Promise<Measured> {
  return async (stage, round) => {
    await using opened = new AsyncDisposableStack()
    const config = readConfig({ ...process.env, ...stage.environment })
    const { log } = opened.use(startTelemetry({ service: 'bench', logLevel: 'warn', output: process.stderr }))
    const { brokers, client } = config.kafka
    const kafka = opened.use(await connectKafka(client, { brokers, clientId: 'bench', log }))
    const lanes = opened.use(createLanes(await kafka.writer(), { log }))
    const secret = config.keySecrets.get('nav')
    if (secret === undefined) throw new Error('the stack has no key secret of nav')
    const valueOf = layoffValues(await layoffSchemaId(stage))
    const records = layoffEvents(prepared).map((event) => recordOf(event, valueOf(event), secret))
    let number = 0
    const throughput = await closedLoop({
      stage,
      atOnce: connections,
      seconds: round.seconds,
      warmUpSeconds: 3,
      work: async () => {
        const sends = Array.from({ length: batchSize }, () => lanes.send(records[number++ % prepared] as LaneRecord))
        await Promise.all(sends)
      },
    })
    return {
      value: throughput.perSecond * batchSize,
      also: {
        cpu: throughput.processorMilliseconds / batchSize,
        broker: throughput.brokerMilliseconds / batchSize,
      },
    }
  }
}

function recordOf({ id, source, type, time, data }: LayoffEvent, value: Buffer, secret: KeySecret): LaneRecord {
  const subjectKey = keyOfSubject(layoffRegistered.stream, String(data['person']), secret)
  const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`
  const envelope = {
    id,
    source,
    type,
    time: timestamp(time),
    subjectKey,
    correlationId: id,
    traceparent,
    replay: false,
  }
  return {
    topic: layoffRegistered.stream.name,
    key: Buffer.from(subjectKey),
    value,
    headers: headersOfEnvelope(envelope),
    timestamp: Date.now(),
  }
}
