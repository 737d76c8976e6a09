import { joinStack } from '@samspill/local'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import { othersBeside } from './others-beside.ts'

/** Lets PostgreSQL keep the moment of each commit, and warms up the brokers, which are cold for small requests at first. */
export async function prepareParking(stage: BenchStage): Promise<void> {
  await keepCommitMoments(stage)
  const warmUp = { number: 0, seconds: 5, long: false }
  await othersBeside(stage, warmUp, 'well')
  await othersBeside(stage, warmUp, 'failing')
}

async function keepCommitMoments(stage: BenchStage): Promise<void> {
  await using database = openDatabase({ url: stage.environment['SAMSPILL_DATABASE'] ?? '', log: silentLog })
  const { rows } = await database.query<{ readonly kept: string }>(
    `select current_setting('track_commit_timestamp') as kept`,
  )
  if (rows[0]?.kept === 'on') return
  await database.query('alter system set track_commit_timestamp = on')
  await using stack = await joinStack(stage.stack)
  await stack.stopPart('postgres')
  await stack.startPart('postgres')
}
