import { connectKafka, createLanes, type KafkaClient } from '@samspill/kafka'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { brokersOf } from './connection.ts'
import { recordOf, topicsOf } from './topics.ts'

/** Records over lanes, each publisher's next one when the one before is acknowledged. */
export async function publishThroughLanes(client: KafkaClient, stage: BenchStage, round: Round): Promise<Measured> {
  await using kafka = await connectKafka(client, { brokers: brokersOf(stage), clientId: 'bench', log: silentLog })
  await using lanes = createLanes(await kafka.writer(), { log: silentLog })
  const { open } = topicsOf(stage)
  let number = 0
  const { perSecond, processorMilliseconds } = await closedLoop({
    stage,
    atOnce: 500,
    seconds: round.seconds,
    work: () => lanes.send(recordOf(open, number++)),
  })
  return { value: perSecond, also: { cpu: processorMilliseconds } }
}
