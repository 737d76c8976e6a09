import { joinStack } from '@samspill/local'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import { latencyOfBareClient } from './bare-client.ts'
import { highestRate, latencyOfHub } from './hub.ts'

/** What all rounds share. */
export interface PreparedLatency {
  /** Events per second that the hub keeps up with from publisher to commit, on this machine. */
  readonly highestRate: number
}

/**
 * Lets PostgreSQL keep the moment of each commit, finds the rate at which the hub can go no faster, and warms up the
 * brokers with a round of each contender: after less, the first round was slower than all others.
 */
export async function prepareLatency(stage: BenchStage): Promise<PreparedLatency> {
  await using database = openDatabase({ url: stage.environment['SAMSPILL_DATABASE'] ?? '', log: silentLog })
  await database.query('alter system set track_commit_timestamp = on')
  await using stack = await joinStack(stage.stack)
  await stack.stopPart('postgres')
  await stack.startPart('postgres')
  const prepared: PreparedLatency = { highestRate: Math.round(await highestRate(stage)) }
  const warmUp = { number: 0, seconds: 5, long: false }
  for (const pace of ['half', 'steady'] as const) {
    await latencyOfHub({ ...stage, prepared }, warmUp, pace)
    await latencyOfBareClient({ ...stage, prepared }, warmUp, pace)
  }
  return prepared
}
