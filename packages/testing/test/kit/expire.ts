import { Kafka, logLevel, type Admin } from 'kafkajs'
import type { LogEnds } from '@samspill/kafka'
import type { TestHub } from '../../src/index.ts'

/** Deletes the records of each partition before the offset given, as retention would; says how many. */
export async function expire(hub: TestHub, topic: string, before: (ends: LogEnds) => bigint): Promise<number> {
  const ends = await hub.kafka.topics.logEnds(topic)
  const cut = ends
    .map((each) => ({ ...each, offset: before(each) }))
    .filter(({ earliest, offset }) => offset > earliest)
  await withAdmin(hub, async (admin) => {
    await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = cut.map(({ partition, offset }) => ({ partition, offset: String(offset) }))
    await admin.deleteTopicRecords({ topic, partitions })
  })
  return cut.reduce((sum, { earliest, offset }) => sum + Number(offset - earliest), 0)
}

/** Makes Kafka forget a group and all it has committed, as it does when the group is away for long. */
export async function forgetGroup(hub: TestHub, group: string): Promise<void> {
  await withAdmin(hub, async (admin) => {
    await admin.deleteGroups([group])
  })
}

/** Writes a record to each partition of a topic in a transaction that is aborted. */
export async function abortTransaction(hub: TestHub, topic: string): Promise<void> {
  const producer = new Kafka({ brokers: [...hub.config.kafka.brokers], logLevel: logLevel.NOTHING }).producer({
    transactionalId: topic,
    maxInFlightRequests: 1,
    idempotent: true,
  })
  await producer.connect()
  const ends = await hub.kafka.topics.logEnds(topic)
  const transaction = await producer.transaction()
  const messages = ends.map(({ partition }) => ({ partition, key: 'never', value: 'never' }))
  await transaction.send({ topic, messages })
  await transaction.abort()
  await producer.disconnect()
}

async function withAdmin(hub: TestHub, work: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = new Kafka({ brokers: [...hub.config.kafka.brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  try {
    await work(admin)
  } finally {
    await admin.disconnect()
  }
}
