import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { eventSource } from '@samspill/contracts'
import { checkHistory, type Verdict } from '../history/checker.ts'
import type { Expectations, HistoryLine } from '../history/history-lines.ts'
import { openJournal, readJournals } from '../history/journal.ts'
import { faults } from '../kinds/faults.ts'
import type { LoadOrder } from '../load/load-orders.ts'
import { servicesOfRun, systems } from '../load/run-setting.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import { failingOf } from '../services/failing.ts'
import type { Hub } from './hub.ts'
import { endOfLog, readLog } from './read-log.ts'
import { markDatabase, readDatabase, whatIsBehind } from './run-database.ts'

/** What came of one run. */
export interface RunResult extends Verdict {
  /** The sentence that proves that the fault has bitten. */
  readonly bite: string
  readonly seconds: number
  /** Where the history lies; gone where every promise was kept. */
  readonly history: string
}

/**
 * How long a run may take before what is not done counts as never done. On a machine of its own it takes a third of a
 * minute; on one that is shared the hub must not be blamed for what others take.
 */
const longestMilliseconds = 300_000

/**
 * Performs one run on a hub at rest: publishes, lets the fault happen, waits until all has been handled, and checks the
 * whole history. Throws where the run itself could not be done, `fault-did-not-bite` among others.
 */
export async function performRun(plan: RunPlan, hub: Hub, now: () => number): Promise<RunResult> {
  const { cluster, members, database, kafka, agency, streams, services, topics } = hub
  const begun = now()
  const run = `run${plan.seed}`
  const folder = join(hub.histories, run)
  mkdirSync(folder, { recursive: true })
  const marks = await markDatabase(database, agency, services)
  const ends = new Map<string, ReadonlyMap<number, bigint>>()
  for (const topic of topics) ends.set(topic, await endOfLog(kafka, topic))

  const startAt = now() + 200
  for (const publisher of members.publishers) {
    const journal = join(folder, `${publisher.name}.jsonl`)
    publisher.send({ run, startAt, load: plan.load, journal } satisfies LoadOrder)
  }
  await wait(Math.max(1, startAt + plan.faultAt - now()))
  const group = `samspill.${servicesOfRun(agency).assessment}`
  const [fault] = await Promise.allSettled([faults[plan.fault]({ cluster, members, plan, topics, group })])
  const deadline = begun + longestMilliseconds
  const unpublished = await untilPublished(hub, deadline - now())
  const behind = await untilNothingBehind(() => whatIsBehind(database, kafka, agency, services), deadline, now)

  // Only now: a hub that has come to rest can be used again, also where the fault left no trace.
  if (fault.status === 'rejected') throw fault.reason
  using journal = openJournal(join(folder, 'rig.jsonl'))
  journal.write([...unpublished, ...behind].map((what): HistoryLine => ({ kind: 'behind', what })))
  journal.write(await readDatabase(database, agency, streams, services, marks))
  for (const contract of Object.values(streams)) {
    journal.write(await readLog(kafka, contract, ends.get(contract.stream.name) ?? new Map()))
  }
  const verdict = checkHistory(readJournals(folder), expectationsOf(hub))
  const seconds = (now() - begun) / 1000
  if (verdict.violations.length === 0) rmSync(folder, { recursive: true })
  return { ...verdict, bite: fault.value, seconds, history: folder }
}

/** Waits for the publishers, and says which of them were not done in time, or failed. */
async function untilPublished({ members }: Hub, milliseconds: number): Promise<readonly string[]> {
  const ends = members.publishers.map(async (publisher) => {
    try {
      await publisher.told('done', Math.max(1, milliseconds))
      return []
    } catch (error) {
      return [String(error)]
    }
  })
  return (await Promise.all(ends)).flat()
}

async function untilNothingBehind(
  look: () => Promise<readonly string[]>,
  deadline: number,
  now: () => number,
): Promise<readonly string[]> {
  for (;;) {
    const behind = await look().catch((error: unknown) => [`what is done cannot be seen: ${String(error)}`])
    if (behind.length === 0 || now() > deadline) return behind
    await wait(150)
  }
}

function expectationsOf({ agency, services }: Hub): Expectations {
  const { assessment } = servicesOfRun(agency)
  return {
    readers: services.map(({ service, topics }) => ({ service, streams: topics })),
    outboxSources: [eventSource(agency, systems.outbox)],
    sources: { assessment: eventSource(agency, assessment) },
    failsForEver: (service, id) => failingOf(service, id) === 'for-ever',
  }
}
