import { connectKafka } from '@samspill/kafka'
import { silentLog } from '@samspill/testing'
import type { MemberBatch, MemberOrder } from './rebalance.ts'

// One member of a group: tells of each batch and then commits it, until it is killed.
const { client, brokers, group, topic } = JSON.parse(process.argv[2] ?? '{}') as MemberOrder
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
const kafka = await connectKafka(client, { brokers, clientId: 'member', log: silentLog })
const reader = await kafka.reader().run({
  group,
  topics: [topic],
  async onBatch({ assignment: { partition }, records, nextOffset }) {
    const first = String(records[0]?.offset ?? 0n)
    const batch: MemberBatch = { partition, first, count: records.length }
    await new Promise<void>((resolve) => process.send?.(batch, undefined, undefined, () => resolve()))
    // Refused where the partition has gone to another member meanwhile.
    await reader.commit([{ topic, partition, offset: nextOffset }]).catch(() => undefined)
  },
})
