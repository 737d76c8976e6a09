import { HubError } from '@samspill/contracts'
import { hasRoom } from './cluster/small-disk.ts'
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
  /** Ends the run that goes on, and takes the hub down. */
  readonly signal: AbortSignal
}

/**
 * Performs runs one after another on one hub; on a new one after a run that found something or could not be performed, and
 * once the small disk is nearly full. Says how many could not be performed: a fault that did not bite proves nothing. Throws
 * the signal's reason once all that was started is gone.
 */
export async function performRuns(options: RunsOptions): Promise<number> {
  const { name, state, seeds, tell, onRun, now, signal } = options
  using stopped = rejectedBy(signal)
  let failed = 0
  const left = [...seeds]
  while (left.length > 0) {
    await using hub = await startHubPatiently(() => startHub({ name, state, tell }), options)
    signal.throwIfAborted()
    const kinds = (options.kinds ?? faultKinds).filter((kind) => {
      return kind !== 'disk-full' || typeof hub.cluster.disk !== 'string'
    })
    for (let seed = left.shift(); seed !== undefined; seed = left.shift()) {
      const plan = planRun(seed, kinds, options.load)
      tell(`seed ${seed}: ${plan.fault}, ${plan.faultAt} ms after the start`)
      try {
        const run = performRun(plan, hub, now)
        const { bite, acknowledged, parked, violations, seconds, history } = await Promise.race([run, stopped.promise])
        tell(`  ${acknowledged} acknowledged, ${parked} parked in ${seconds.toFixed(1)} s: ${bite}`)
        onRun({ seed, fault: plan.fault, bite, acknowledged, parked, violations, seconds })
        for (const { promise, sentence } of violations.slice(0, 20)) tell(`  ✗ ${promise}: ${sentence}`)
        if (violations.length > 0) {
          tell(`  ✗ seed ${seed} broke ${violations.length} promises; its history: ${history}`)
        } else {
          await Promise.race([hub.cluster.inStep(hub.topics, 60_000), stopped.promise])
          if (hasRoom(hub.cluster.disk)) continue
          tell('  the small disk is nearly full of what the runs wrote: the next one has a hub of its own')
        }
      } catch (error) {
        signal.throwIfAborted()
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
async function startHubPatiently(
  start: () => Promise<Hub>,
  { tell, signal }: Pick<RunsOptions, 'tell' | 'signal'>,
): Promise<Hub> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start()
    } catch (error) {
      signal.throwIfAborted()
      if (attempt === mostStarts) throw error
      tell(`the hub did not start and is started again: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** A promise that rejects when the signal aborts; what loses the race against it fails unheard, as its hub is gone. */
function rejectedBy(signal: AbortSignal): Disposable & { readonly promise: Promise<never> } {
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  const abort = (): void => reject(signal.reason as Error)
  signal.addEventListener('abort', abort, { once: true })
  return { promise, [Symbol.dispose]: () => signal.removeEventListener('abort', abort) }
}
