import type { Database } from '@samspill/postgres'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { handledCount, latenciesOf } from './handled-events.ts'
import { microseconds, openLoop } from './open-loop.ts'
import type { PreparedLatency } from './prepare.ts'

/** 1,000 events a second, or half of what the hub can do at most. */
export type Pace = 'steady' | 'half'

const warmUpSeconds = 4

/** Publishes at a steady pace, waits until all is handled, and reads how long each event took. */
export async function measureLatency(options: {
  readonly stage: BenchStage
  readonly round: Round
  readonly pace: Pace
  readonly database: Database
  readonly publish: (dueAt: number) => Promise<unknown>
}): Promise<Measured> {
  const { stage, round, pace, database, publish } = options
  const rate = pace === 'steady' ? 1_000 : Math.round((stage.prepared as PreparedLatency).highestRate / 2)
  // The reader has joined its group once the first event is handled.
  await publish(microseconds())
  await handledCount(database, 1)
  const warmedUp = await openLoop({ rate, seconds: warmUpSeconds, publish })
  const published = await openLoop({ rate, seconds: round.seconds * 2, publish })
  await handledCount(database, 1 + warmedUp.count + published.count)
  return await latenciesOf(database, published, rate)
}
