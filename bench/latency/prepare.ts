import { joinStack } from '@samspill/local'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import { highestRate } from './hub.ts'

/** What all rounds share. */
export interface PreparedLatency {
  /** Events per second that the hub keeps up with from publisher to commit, on this machine. */
  readonly highestRate: number
}

/** Lets PostgreSQL keep the moment of each commit, and finds the rate at which the hub can go no faster. */
export async function prepareLatency(stage: BenchStage): Promise<PreparedLatency> {
  await using database = openDatabase({ url: stage.environment['SAMSPILL_DATABASE'] ?? '', log: silentLog })
  await database.query('alter system set track_commit_timestamp = on')
  await using stack = await joinStack(stage.stack)
  await stack.stopPart('postgres')
  await stack.startPart('postgres')
  return { highestRate: Math.round(await highestRate(stage)) }
}
