import { randomUUID } from 'node:crypto'
import { connectKafka, type KafkaClient } from '@samspill/kafka'
import { eventually, silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { brokersOf } from './connection.ts'
import { backlogRecords, topicsOf } from './topics.ts'

/** Until the code is compiled and the group has settled. */
const warmUpRecords = backlogRecords / 4

/** Reads the backlog as a new group and commits each batch; measures from a quarter of it on. */
export async function readBacklog(client: KafkaClient, stage: BenchStage): Promise<Measured> {
  await using kafka = await connectKafka(client, { brokers: brokersOf(stage), clientId: 'bench', log: silentLog })
  let read = 0
  let began: { readonly read: number; readonly at: number; readonly cpu: NodeJS.CpuUsage } | undefined
  const done = Promise.withResolvers<Measured>()
  await using reader = await kafka.reader().run({
    group: `bench.${randomUUID()}`,
    topics: [topicsOf(stage).backlog],
    async onBatch({ assignment: { topic, partition }, records, nextOffset }) {
      read += records.length
      if (read >= warmUpRecords) began ??= { read, at: performance.now(), cpu: process.cpuUsage() }
      if (read >= backlogRecords && began !== undefined) {
        const { user, system } = process.cpuUsage(began.cpu)
        const count = read - began.read
        const seconds = (performance.now() - began.at) / 1000
        done.resolve({ value: count / seconds, also: { cpu: (user + system) / count } })
      }
      await reader.commit([{ topic, partition, offset: nextOffset }])
    },
  })
  await eventually('the reader has joined', () => reader.assigned.length > 0)
  return await done.promise
}
