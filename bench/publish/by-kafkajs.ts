import { readConfig } from '@samspill/config'
import { Kafka, logLevel } from 'kafkajs'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { layoffStream } from './layoff-stream.ts'

/** What a team writes that reads the tutorial: `await producer.send` for each event. */
export async function publishByKafkajs(stage: BenchStage, round: Round): Promise<Measured> {
  const { brokers } = readConfig(stage.environment).kafka
  const producer = new Kafka({ brokers: [...brokers], clientId: 'plain', logLevel: logLevel.ERROR }).producer({
    idempotent: true,
    maxInFlightRequests: 5,
  })
  await producer.connect()
  const topic = layoffStream(stage).contract.stream.name
  const value = Buffer.alloc(250, '.')
  let number = 0
  const { perSecond, processorMilliseconds, brokerMilliseconds } = await closedLoop({
    stage,
    atOnce: 500,
    seconds: round.seconds,
    work: () => producer.send({ topic, acks: -1, messages: [{ key: String(number++ % 20_000), value }] }),
  })
  await producer.disconnect()
  return { value: perSecond, also: { cpu: processorMilliseconds, broker: brokerMilliseconds } }
}
