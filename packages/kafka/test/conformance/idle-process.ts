import { connectKafka, createLanes, type KafkaClient } from '../../src/index.ts'
import { keptLog, record, testGroup, until } from '../broker.ts'

/** Connects, reads one record of a topic, has nothing more to do, and prints the least share of a core that it took then. */
const [client = '', brokers = '', topic = '', seconds = ''] = process.argv.slice(2)
await using kafka = await connectKafka(client as KafkaClient, {
  brokers: brokers.split(','),
  clientId: 'idle',
  log: keptLog(),
})
const lanes = createLanes(await kafka.writer(), { log: keptLog() })
let read = 0
await using _ = await kafka.reader().run({
  group: testGroup(),
  topics: [topic],
  onBatch: async ({ records }) => void (read += records.length),
})
await lanes.send(record(topic, 'k', 'one'))
await until('the record was read', () => read === 1)
await pause(3)
const shares: number[] = []
for (let window = 0; window < 3; window += 1) {
  const before = process.cpuUsage()
  await pause(Number(seconds))
  const { user, system } = process.cpuUsage(before)
  shares.push((user + system) / 1e6 / Number(seconds))
}
process.stdout.write(String(Math.min(...shares)))
await lanes[Symbol.asyncDispose]()

function pause(duration: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration * 1000))
}
