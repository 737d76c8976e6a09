import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { prepareRound } from './prepare.ts'
import { layoffsPerSecond } from './rows.ts'
import { startSurgeProcess } from './surge-process.ts'

/** The surge through two services of the kit. */
export async function surgeThroughHub(
  stage: BenchStage,
  { size, processes }: { readonly size: number; readonly processes: number },
): Promise<Measured> {
  const run = await prepareRound(stage, size)
  await using started = new AsyncDisposableStack()
  for (let number = 0; number < processes; number += 1) {
    started.use(startSurgeProcess('compensation-service.ts', stage, run))
    started.use(startSurgeProcess('municipality-service.ts', stage, run))
  }
  return { value: await layoffsPerSecond(stage, run, size) }
}
