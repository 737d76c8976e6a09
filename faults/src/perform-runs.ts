import { HubError } from '@samspill/contracts'
import { faultKinds, type FaultKind } from './plan/fault-kinds.ts'
import { planRun, type LoadPlan } from './plan/run-plan.ts'
import type { RunEntry } from './results.ts'
import { startHub, type Hub } from './run/hub.ts'
import { performRun } from './run/perform-run.ts'

/** What is done and told. */
export interface RunsOptions {
  /** The cluster's own name. */
  readonly name: string
  /** The folder for its small disk and the histories of its runs. */
  readonly state: string
  readonly seeds: readonly number[]
  /** One line for whoever watches. */
  readonly tell: (line: string) => void
  /** Hears of each run that was performed, also of one that found something. */
  readonly onRun: (entry: RunEntry) => void
  readonly kinds?: readonly FaultKind[]
  readonly load?: LoadPlan
  readonly now: () => number
}

/**
 * Performs runs one after another on one hub; after one that found something or could not be performed, on a new one.
 * Says how many could not be performed: a fault that did not bite proves nothing.
 */
export async function performRuns({ name, state, seeds, tell, onRun, now, ...options }: RunsOptions): Promise<number> {
  let failed = 0
  const left = [...seeds]
  while (left.length > 0) {
    await using hub = await startHubPatiently(() => startHub({ name, state, tell }), tell)
    const kinds = (options.kinds ?? faultKinds).filter((kind) => {
      return kind !== 'disk-full' || typeof hub.cluster.disk !== 'string'
    })
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const plan = planRun(seed, kinds, options.load)
      tell(`seed ${seed}: ${plan.fault}, ${plan.faultAt} ms after the start`)
      try {
        const { bite, acknowledged, parked, violations, seconds, history } = await performRun(plan, hub, now)
        tell(`  ${acknowledged} acknowledged, ${parked} parked in ${seconds.toFixed(1)} s: ${bite}`)
        onRun({ seed, fault: plan.fault, bite, acknowledged, parked, violations, seconds })
        if (violations.length === 0) {
          await hub.cluster.inStep(hub.topics, 60_000)
          continue
        }
        for (const { promise, sentence } of violations.slice(0, 20)) tell(`  ✗ ${promise}: ${sentence}`)
        tell(`  ✗ seed ${seed} broke ${violations.length} promises; its history: ${history}`)
      } catch (error) {
        failed += 1
        tell(`  ✗ seed ${seed} could not be performed: ${error instanceof Error ? error.message : String(error)}`)
        if (error instanceof HubError && error.code === 'fault-did-not-bite') continue
      }
      break
    }
  }
  return failed
}

const mostStarts = 3

/** On a machine that others load too, a part may miss its time to start: that says nothing of the hub. */
async function startHubPatiently(start: () => Promise<Hub>, tell: (line: string) => void): Promise<Hub> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      if (attempt === mostStarts) throw error
      tell(`the hub did not start and is started again: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
