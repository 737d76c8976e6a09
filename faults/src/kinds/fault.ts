import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import type { Cluster } from '../cluster/cluster.ts'
import { isGone, stateOf } from '../cluster/process-state.ts'
import type { RunPlan } from '../plan/run-plan.ts'
import type { Members } from '../run/members.ts'

/** What a fault works on. */
export interface FaultPlace {
  readonly cluster: Cluster
  readonly members: Members
  readonly plan: RunPlan
  /** The topics of all streams. */
  readonly topics: readonly string[]
  /** The consumer group of `assessment`. */
  readonly group: string
}

/**
 * Does what goes wrong, and mends it. Gives one sentence that proves it has bitten. Throws `fault-did-not-bite`: then
 * the run says nothing.
 */
export type Fault = (place: FaultPlace) => Promise<string>

/** The error of a fault that left no trace. */
export function didNotBite(sentence: string): HubError {
  return new HubError('fault-did-not-bite', `the fault did not bite: ${sentence}`)
}

/** Waits until this is so. Throws `fault-did-not-bite` with the sentence where it does not come about. */
export async function untilBitten(sentence: string, withinMilliseconds: number, look: () => boolean): Promise<void> {
  for (const deadline = Date.now() + withinMilliseconds; !look(); await wait(10)) {
    if (Date.now() > deadline) throw didNotBite(sentence)
  }
}

/** Stops processes for a while with SIGSTOP, and lets them go on. */
export async function stopForAWhile(pids: readonly number[], milliseconds: number): Promise<void> {
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    await untilBitten('not all processes were stopped', 2_000, () =>
      pids.every((pid) => stateOf(pid) === 'T' || isGone(pid)),
    )
    if (pids.every(isGone)) throw didNotBite('the processes were gone before they were stopped')
    await wait(milliseconds)
  } finally {
    for (const pid of pids.filter((each) => !isGone(each))) process.kill(pid, 'SIGCONT')
  }
}

/** One of several, as the plan has it. */
export function victimOf<Thing>(things: readonly Thing[], { victim }: Pick<RunPlan, 'victim'>): Thing {
  const chosen = things[victim % things.length]
  if (chosen === undefined) throw didNotBite('there was nobody to be hit')
  return chosen
}
