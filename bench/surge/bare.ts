import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { prepareRound } from './prepare.ts'
import { layoffsPerSecond } from './rows.ts'
import { startSurgeProcess } from './surge-process.ts'

/** The same records and rows without the hub: no inbox, no outbox, no position that commits with the rows. */
export async function surgeByBareClient(stage: BenchStage, size: number): Promise<Measured> {
  const run = await prepareRound(stage, size)
  await using _compensation = startSurgeProcess('bare-compensation-process.ts', stage, run)
  await using _municipality = startSurgeProcess('bare-municipality-process.ts', stage, run)
  return { value: await layoffsPerSecond(stage, run, size) }
}
