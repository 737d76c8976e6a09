import { setTimeout as wait } from 'node:timers/promises'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { partSeconds, processorSeconds } from '../harness/processor-time.ts'
import { backlogSize } from './backlog.ts'

/** Before that, generated code is cold and connections are opened. */
const warmUpShare = 0.2
const slowWarmUpMilliseconds = 4_000
const mostMillisecondsToBegin = 90_000

/**
 * Measures how fast the backlog gets less, from a fifth of it to its end, or for so many seconds. `handled` says how
 * many events have their effects committed. Rejects with what `failure` rejects with.
 */
export async function workThrough(options: {
  readonly stage: BenchStage
  readonly seconds: number
  readonly handled: () => number | Promise<number>
  readonly failure?: Promise<never>
  /** How often to ask, 20 ms unless told otherwise: what asks the database or the brokers costs them something each time. */
  readonly everyMilliseconds?: number
  /** Whose processor time counts; this process unless told otherwise. */
  readonly worker?: number
}): Promise<Measured> {
  const { stage, seconds, handled, worker = process.pid, everyMilliseconds = 20 } = options
  const now = async (): Promise<State> => ({
    handled: await handled(),
    at: performance.now(),
    worker: processorSeconds(worker),
    postgres: partSeconds(stage, 'postgres'),
  })
  const measuring = async (): Promise<Measured> => {
    const began = performance.now()
    // What is slow is warm before it has come that far.
    let workedSince: number | undefined
    for (;;) {
      const count = await handled()
      if (count > 0) workedSince ??= performance.now()
      if (count >= backlogSize * warmUpShare) break
      if (workedSince !== undefined && performance.now() - workedSince > slowWarmUpMilliseconds) break
      if (performance.now() - began > mostMillisecondsToBegin) throw new Error('nothing is handled')
      await wait(everyMilliseconds)
    }
    const before = await now()
    while ((await handled()) < backlogSize && performance.now() - before.at < seconds * 1_000) {
      await wait(everyMilliseconds)
    }
    return measuredBetween(before, await now())
  }
  return await Promise.race([measuring(), ...(options.failure === undefined ? [] : [options.failure])])
}

interface State {
  readonly handled: number
  readonly at: number
  readonly worker: number
  readonly postgres: number
}

function measuredBetween(before: State, after: State): Measured {
  const count = after.handled - before.handled
  return {
    value: (count * 1_000) / (after.at - before.at),
    also: {
      cpu: ((after.worker - before.worker) * 1e6) / count,
      postgres: ((after.postgres - before.postgres) * 1e6) / count,
    },
  }
}
