import { readConfig } from '@samspill/config'
import { bigintArray, textArray } from '@samspill/postgres'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { BarePipeline } from './bare-pipeline.ts'
import { ownSchema } from './own-schema.ts'
import { readBacklog, type ReadLayoff } from './read-backlog.ts'
import { workThrough } from './work-through.ts'

/** The least that can be done: each event read, decoded, and written as a row, 500 at once. What fails is lost or doubled. */
export async function handleByBulkInsert(stage: BenchStage, round: Round): Promise<Measured> {
  await using schema = await ownSchema(stage)
  await schema.database.query('create table layoff (person text not null, days bigint not null)')
  const { url } = readConfig({ ...process.env, ...stage.environment }).database
  // One for each partition: two batches of one never run at once.
  const pipelines = new Map<number, Promise<BarePipeline>>()
  let handled = 0
  const handle = async (layoffs: readonly ReadLayoff[], partition: number): Promise<void> => {
    const connecting = pipelines.get(partition) ?? BarePipeline.connect(url, schema.name)
    pipelines.set(partition, connecting)
    const pipeline = await connecting
    pipeline.add('insert', insert, [
      textArray(layoffs.map(({ layoff }) => layoff.subject)),
      bigintArray(layoffs.map(({ layoff }) => BigInt(layoff.days))),
    ])
    await pipeline.run()
    handled += layoffs.length
  }
  await using reading = await readBacklog(stage, schema.name, handle)
  return await workThrough({
    stage,
    seconds: round.seconds,
    handled: () => handled,
    failure: reading.failure,
  })
}

const insert = 'insert into layoff select * from unnest($1::text[], $2::bigint[])'
