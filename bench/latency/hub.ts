import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { handledCount } from './handled-events.ts'
import { measureLatency, type Pace } from './measure-latency.ts'
import { startReader } from './reader-process.ts'
import { createLatencyRun, dueEvent, latencyStream } from './stream.ts'

/** From the contract's data to the commit of a handler of the kit. */
export async function latencyOfHub(stage: BenchStage, round: Round, pace: Pace): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const { database, publish } = await open(stage, opened)
  return await measureLatency({ stage, round, pace, database, publish })
}

const backlog = 60_000
const atOnce = 2_000

/** Events per second from publisher to commit, as fast as it goes. */
export async function highestRate(stage: BenchStage): Promise<number> {
  await using opened = new AsyncDisposableStack()
  const { database, publish } = await open(stage, opened)
  await publish(0)
  await handledCount(database, 1)
  const started = performance.now()
  let left = backlog
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await publish(0)
    }),
  )
  await handledCount(database, backlog + 1)
  return backlog / ((performance.now() - started) / 1000)
}

async function open(stage: BenchStage, opened: AsyncDisposableStack) {
  const run = await createLatencyRun(stage)
  const url = stage.environment['SAMSPILL_DATABASE'] ?? ''
  const database = opened.use(openDatabase({ url, schema: run.agency, log: silentLog }))
  const hub = await openHubPublishing(stage, latencyStream(run), opened)
  opened.use(startReader('hub-service.ts', stage, run))
  let number = 0
  return { database, publish: (dueAt: number) => hub.send(hub.make(dueEvent(number++, dueAt))) }
}
