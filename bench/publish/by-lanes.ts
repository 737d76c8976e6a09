import type { LaneRecord } from '@samspill/kafka'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { closedLoop } from '../harness/closed-loop.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { layoff, layoffStream } from './layoff-stream.ts'

const publishers = 500

/** As the kit does it: everything from the contract's data to the acknowledged record, once per event. */
export async function publishByHub(stage: BenchStage, round: Round): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const { make, send } = await openHubPublishing(stage, layoffStream(stage), opened)
  let number = 0
  return await measure(stage, round, () => send(make(layoff(number++))))
}

/** The same records, all made beforehand. */
export async function publishBare(stage: BenchStage, round: Round): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const { make, send } = await openHubPublishing(stage, layoffStream(stage), opened)
  const records = Array.from({ length: 20_000 }, (_, number) => make(layoff(number)))
  let number = 0
  return await measure(stage, round, () => send(records[number++ % records.length] as LaneRecord))
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
