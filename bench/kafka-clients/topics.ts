import { noHeaders } from '@samspill/contracts'
import { randomUUID } from 'node:crypto'
import { createLanes, type LaneRecord, type Lanes } from '@samspill/kafka'
import { connectTestHub, silentLog } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'

/** The topics that all rounds share. */
export interface Topics {
  /** What is published goes here. */
  readonly open: string
  /** A backlog of `backlogRecords`, read anew by each round under a group of its own. */
  readonly backlog: string
}

/** Many fetches' worth: what a client has fetched and decoded before it is measured must not count. */
export const backlogRecords = 1_000_000
const partitions = 6
const atOnce = 2000

/** Makes the topics and fills the backlog. */
export async function prepareTopics(): Promise<Topics> {
  await using hub = await connectTestHub()
  const topics = { open: `bench.${randomUUID()}`, backlog: `bench.${randomUUID()}` }
  await hub.kafka.topics.create(
    Object.values(topics).map((name) => ({ name, partitions, replicas: 1, settings: { 'retention.ms': '-1' } })),
  )
  await using lanes = createLanes(await hub.kafka.writer(), { log: silentLog })
  await fill(lanes, topics.backlog, backlogRecords)
  return topics
}

/** The topics that `prepareTopics` made, in a contender's process. */
export function topicsOf({ prepared }: BenchStage): Topics {
  return prepared as Topics
}

/** Sends so many records, many at once. */
export async function fill(lanes: Lanes, topic: string, count: number): Promise<void> {
  for (let number = 0; number < count; number += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - number) }, (_, step) => lanes.send(recordOf(topic, number + step))),
    )
  }
}

const value = Buffer.alloc(250, '.')

/** One of 20,000 subjects' records, 250 bytes. */
export function recordOf(topic: string, number: number): LaneRecord {
  return { topic, key: Buffer.from(`subject-${number % 20_000}`), value, headers: noHeaders, timestamp: Date.now() }
}
