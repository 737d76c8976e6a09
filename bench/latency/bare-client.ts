import { noHeaders } from '@samspill/contracts'
import { readConfig } from '@samspill/config'
import { connectKafka, createLanes } from '@samspill/kafka'
import { openDatabase } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { measureLatency, type Pace } from './measure-latency.ts'
import { startReader } from './reader-process.ts'
import { createLatencyRun, latencyStream } from './stream.ts'

/** The same client without the hub: bytes made beforehand but for the moment, bare lanes, one insert per fetch. */
export async function latencyOfBareClient(stage: BenchStage, round: Round, pace: Pace): Promise<Measured> {
  const run = await createLatencyRun(stage)
  const { database: place, kafka: where } = readConfig(stage.environment)
  await using database = openDatabase({ url: place.url, schema: run.agency, log: silentLog })
  await using kafka = await connectKafka(where.client, { brokers: where.brokers, clientId: 'bare', log: silentLog })
  await using lanes = createLanes(await kafka.writer(), { log: silentLog })
  await using _reader = startReader('bare-reader.ts', stage, run)
  const topic = latencyStream(run).contract.stream.name
  const keys = Array.from({ length: 20_000 }, (_, number) => Buffer.from(String(number).padStart(22, 'k')))
  let number = 0
  return await measureLatency({
    stage,
    round,
    pace,
    database,
    publish: (dueAt) => {
      const value = Buffer.alloc(250)
      value.writeBigInt64BE(BigInt(dueAt))
      const key = keys[number++ % keys.length] ?? Buffer.from('k')
      return lanes.send({ topic, key, value, headers: noHeaders, timestamp: Date.now() })
    },
  })
}
