import { once } from 'node:events'
import type { BenchStage } from './bench-stage.ts'
import type { Measured, Round } from './bench.ts'
import { loadBench } from './bench-files.ts'

/** What the process of one round is told. */
export interface RoundOrder {
  readonly bench: string
  readonly contender: string
  readonly stage: BenchStage
  readonly round: Round
}

/** What it answers. */
export type RoundAnswer = { readonly measured: Measured } | { readonly failure: string }

if (process.send !== undefined && import.meta.main) {
  // A contender may have started others, e.g. a JVM: all are in the group of this process and go with it.
  process.on('disconnect', () => process.kill(0, 'SIGKILL'))
  const [order] = (await once(process, 'message')) as [RoundOrder]
  const answer = await answerTo(order)
  process.send(answer, () => process.disconnect())
}

async function answerTo({ bench: name, contender: key, stage, round }: RoundOrder): Promise<RoundAnswer> {
  try {
    const bench = await loadBench(name)
    const contender = bench.contenders.find((each) => each.key === key)
    if (contender === undefined) return { failure: `${name} has no contender ${key}` }
    return { measured: await contender.run(stage, round) }
  } catch (error) {
    return { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
