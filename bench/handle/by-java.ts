import { join } from 'node:path'
import { connectRegistry } from '@samspill/avro'
import { readConfig } from '@samspill/config'
import { registrySubject } from '@samspill/contracts'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { startJava } from '../harness/java.ts'
import { backlog } from './backlog.ts'
import { ownSchema } from './own-schema.ts'
import { workThrough } from './work-through.ts'

const folder = join(import.meta.dirname, 'java')

/** Confluent's parallel consumer, by key, batches of 100. */
export async function handleByJava(stage: BenchStage, round: Round): Promise<Measured> {
  await using schema = await ownSchema(stage)
  const config = readConfig({ ...process.env, ...stage.environment })
  const { layoff, granted } = backlog(stage)
  const schemaId = await connectRegistry({ url: config.registry.url }).idOf(
    registrySubject(granted.stream, granted.type),
    granted.schema,
  )
  const { username, password, hostname, port, pathname } = new URL(config.database.url)
  await using program = await startJava(stage, {
    name: 'bench-handle',
    pom: join(folder, 'pom.xml'),
    source: join(folder, 'ByKey.java'),
    parameters: [
      config.kafka.brokers.join(','),
      layoff.stream.name,
      `jdbc:postgresql://${hostname}:${port}${pathname}?user=${username}&password=${password}`,
      schema.name,
      JSON.stringify(layoff.schema),
      JSON.stringify(granted.schema),
      granted.stream.name,
      String(schemaId),
    ],
  })
  return await workThrough({
    stage,
    seconds: round.seconds,
    handled: () => Number(program.lastLine || 0),
    failure: program.failure,
    worker: program.pid,
  })
}
