import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { connectKafka, createLanes, type KafkaClient } from '@samspill/kafka'
import { eventually, silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured } from '../harness/bench.ts'
import { brokersOf } from './connection.ts'
import { recordOf } from './topics.ts'

const program = join(import.meta.dirname, 'member-process.ts')
const partitions = 6
const everyMilliseconds = 5
const atOnce = 10

/** What a member is told, as its only argument. */
export interface MemberOrder {
  readonly client: KafkaClient
  readonly brokers: readonly string[]
  readonly group: string
  readonly topic: string
}

/** What a member tells of each batch, before it commits. */
export interface MemberBatch {
  readonly partition: number
  readonly first: string
  readonly count: number
}

/** Lets a second member join a group under 2,000 records a second, and kills it later; counts what was read twice. */
export async function doublesWhenMembersChange(client: KafkaClient, stage: BenchStage): Promise<Measured> {
  const brokers = brokersOf(stage)
  const [topic, group] = [`bench.${randomUUID()}`, `bench.${randomUUID()}`]
  await using kafka = await connectKafka(client, { brokers, clientId: 'bench', log: silentLog })
  await kafka.topics.create([{ name: topic, partitions, replicas: 1, settings: { 'retention.ms': '-1' } }])
  await using lanes = createLanes(await kafka.writer(), { log: silentLog })
  const read = new Set<string>()
  let doubles = 0
  const members: ChildProcess[] = []
  const startMember = async (): Promise<void> => {
    const order: MemberOrder = { client, brokers, group, topic }
    const member = fork(program, [JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    let batches = 0
    member.on('message', (message) => {
      const { partition, first, count } = message as MemberBatch
      batches += 1
      for (let step = 0n; step < count; step += 1n) {
        const place = `${partition}:${BigInt(first) + step}`
        if (read.has(place)) doubles += 1
        else read.add(place)
      }
    })
    members.push(member)
    await eventually('the member reads', () => batches > 0, 60_000)
  }

  let sent = 0
  let running = true
  const sending: Promise<unknown>[] = []
  const load = (async () => {
    while (running) {
      for (let step = 0; step < atOnce; step += 1) sending.push(lanes.send(recordOf(topic, sent++)))
      await wait(everyMilliseconds)
    }
  })()
  await startMember()
  await wait(2000)
  await startMember()
  await wait(3000)
  const atJoin = doubles
  members[1]?.kill('SIGKILL')
  await wait(2000)
  running = false
  await load
  await Promise.all(sending)
  await eventually('everything is read', () => read.size >= sent, 60_000)
  for (const member of members) member.kill('SIGKILL')
  return { value: atJoin, also: { killed: doubles - atJoin } }
}
