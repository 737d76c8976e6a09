import { connectKafka, type KafkaClient, type RunningReader } from '../../src/index.ts'
import { keptLog } from '../broker.ts'

/** Joins and leaves a group with two readers again and again, each in the middle of what the other one causes, and ends. */
const [client = '', brokers = '', topic = '', group = ''] = process.argv.slice(2)
await using kafka = await connectKafka(client as KafkaClient, {
  brokers: brokers.split(','),
  clientId: 'leaving',
  log: keptLog(),
})
const join = (): Promise<RunningReader> =>
  kafka.reader().run({ group, topics: [topic], onBatch: () => Promise.resolve() })
let staying = await join()
for (let round = 0; round < 12; round += 1) {
  const coming = await join()
  await pause(150 + 60 * round)
  await staying.stop({ drainMilliseconds: 1_000 })
  staying = coming
}
await staying.stop({ drainMilliseconds: 1_000 })

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
