import { readFile } from 'node:fs/promises'
import { openDatabase, parkingStatus } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { openHubPublishing } from '../harness/hub-publishing.ts'
import { handledCount, latenciesOf } from '../latency/handled-events.ts'
import { microseconds, openLoop } from '../latency/open-loop.ts'
import { startReader } from '../latency/reader-process.ts'
import { createLatencyRun, dueEvent, latencyStream, type DueEvent } from '../latency/stream.ts'
import { failingReason } from './failing-reason.ts'

const rate = 1_000
const warmUpSeconds = 4
/** All of them come while it warms up: what is measured is how it goes on. */
const subjects = rate * warmUpSeconds
const oneIn = 100

/** How late the others are handled, beside one subject in a hundred that fails, or beside none. */
export async function othersBeside(stage: BenchStage, round: Round, kind: 'failing' | 'well'): Promise<Measured> {
  await using opened = new AsyncDisposableStack()
  const run = await createLatencyRun(stage)
  const stream = latencyStream(run)
  const url = stage.environment['SAMSPILL_DATABASE'] ?? ''
  const database = opened.use(openDatabase({ url, schema: run.agency, log: silentLog }))
  const hub = await openHubPublishing(stage, stream, opened)
  const reader = opened.use(startReader('../parking/failing-process.ts', stage, run))
  let number = 1
  let failing = 0
  const publish = async (dueAt: number): Promise<void> => {
    number = (number + 1) % subjects
    const event = dueEvent(number, dueAt)
    const fails = kind === 'failing' && number % oneIn === 0
    if (fails) failing += 1
    await hub.send(hub.make(fails ? failingEvent(event) : event))
  }
  await publish(microseconds())
  await handledCount(database, 1)
  const warmedUp = await openLoop({ rate, seconds: warmUpSeconds, publish })
  await handledCount(database, 1 + warmedUp.count - failing)
  const earlier = failing
  const published = await openLoop({ rate, seconds: round.seconds * 4, publish })
  const others = { ...published, count: published.count - (failing - earlier) }
  await handledCount(database, 1 + warmedUp.count + published.count - failing)
  const [parked] = await parkingStatus(database, [stream.contract.stream.name])
  const { value, also } = await latenciesOf(database, others, rate)
  return {
    value,
    also: {
      p50: also?.['p50'] ?? 0,
      memory: await residentMegabytes(reader.pid),
      parked: parked?.parked ?? 0,
    },
  }
}

/** The subject stays the same: it is always the same ones that fail. */
function failingEvent(event: DueEvent): DueEvent {
  return { ...event, reason: failingReason }
}

/** What a process holds in memory, in MB. */
async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
}
