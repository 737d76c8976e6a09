import { setTimeout as wait } from 'node:timers/promises'
import { connectKafka, createLanes, type KafkaClient } from '@samspill/kafka'
import { eventually, silentLog, startThreeBrokers } from '@samspill/testing'
import type { Measured } from '../harness/bench.ts'
import { recordOf } from './topics.ts'

const kills = 3
const everyMilliseconds = 10

/** Kills the leader of one partition several times, on three brokers of its own, and measures how long nothing is acknowledged. */
export async function recoveryOfPublishing(client: KafkaClient): Promise<Measured> {
  await using cluster = await startThreeBrokers({ name: `bench-recovery-${process.pid}` })
  const topic = await cluster.createTopic(1)
  await using kafka = await connectKafka(client, { brokers: cluster.addresses, clientId: 'bench', log: silentLog })
  await using lanes = createLanes(await kafka.writer(), { log: silentLog })
  let last = 0
  let running = true
  const sending: Promise<unknown>[] = []
  const load = (async () => {
    for (let number = 0; running; number += 1) {
      sending.push(lanes.send(recordOf(topic, number)).then(() => (last = performance.now())))
      await wait(everyMilliseconds)
    }
  })()
  const seconds: number[] = []
  for (let kill = 0; kill < kills; kill += 1) {
    await eventually('records are acknowledged', () => last > 0)
    const leader = await cluster.leaderOf(topic, 0)
    if (leader === undefined) throw new Error('the partition has no leader')
    const killed = performance.now()
    await cluster.kill(leader)
    const gone = performance.now()
    await eventually('records are acknowledged again', () => last > gone + 2 * everyMilliseconds, 120_000)
    seconds.push((last - killed) / 1000)
    await cluster.bringBack([topic], leader)
  }
  running = false
  await load
  await Promise.all(sending)
  const sorted = seconds.toSorted((one, other) => one - other)
  return { value: sorted[Math.floor(kills / 2)] ?? 0, also: { longest: sorted.at(-1) ?? 0 } }
}
