import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, type Admin } from 'kafkajs'
import { resetStack, startStack, type BrokerChoice, type RunningStack } from '@samspill/local'
import { eventually } from '../eventually.ts'

/** A cluster of three brokers in the hands of a test. */
export interface ThreeBrokers extends AsyncDisposable {
  readonly stack: RunningStack
  readonly addresses: readonly string[]
  /** A topic with three copies whose first partition is led by the first broker, the second by the second, and so on. */
  createTopic(partitions: number, name?: string): Promise<string>
  /** The part that leads a partition; undefined while none does. */
  leaderOf(topic: string, partition: number): Promise<string | undefined>
  /** The parts whose copies of a partition are in step. */
  inStep(topic: string, partition: number): Promise<readonly string[]>
  /** A new group's name; the leader of `__consumer_offsets` that looks after it is this part. */
  groupLookedAfterBy(part: string): Promise<string>
  /** Kills brokers and starts none of them again. */
  kill(...parts: readonly string[]): Promise<void>
  /** Starts brokers and waits until every partition of the topics has all its copies in step. */
  bringBack(topics: readonly string[], ...parts: readonly string[]): Promise<void>
}

const partOf = (id: number): string => `kafka-${id}`

/** What three brokers are started with: their stack's name, and where they lie. */
export interface ThreeBrokersOptions extends Omit<BrokerChoice, 'count'> {
  readonly name: string
}

/**
 * Starts three brokers and nothing else, as a stack of its own. They go down with this process, also when it is killed;
 * disposing them removes their data.
 */
export async function startThreeBrokers({ name, ...choice }: ThreeBrokersOptions): Promise<ThreeBrokers> {
  await using opened = new AsyncDisposableStack()
  opened.defer(() => resetStack(name))
  const options = { name, ports: 'free', leash: true, brokersOnly: true, restart: false } as const
  const stack = opened.use(await startStack({ ...options, brokers: { ...choice, count: 3 } }))
  const addresses = (stack.environment['SAMSPILL_KAFKA'] ?? '').split(',')
  const asking = <Answer>(work: (admin: Admin) => Promise<Answer>): Promise<Answer> => ask(addresses, work)
  const owned = opened.move()

  /** None while a broker has not heard of the topic. */
  const partitionsOf = async (topic: string) => {
    try {
      const { topics } = await asking((admin) => admin.fetchTopicMetadata({ topics: [topic] }))
      return topics[0]?.partitions ?? []
    } catch (error) {
      if (isPassing(error)) return []
      throw error
    }
  }
  const partition = async (topic: string, number: number) =>
    (await partitionsOf(topic)).find(({ partitionId }) => partitionId === number)
  const leaderOf: ThreeBrokers['leaderOf'] = async (topic, number) => {
    const leader = (await partition(topic, number))?.leader ?? -1
    return leader < 0 ? undefined : partOf(leader)
  }

  return {
    stack,
    addresses,
    leaderOf,
    async createTopic(partitions, topic = `test.${randomUUID()}`) {
      const replicaAssignment = Array.from({ length: partitions }, (_, number) => ({
        partition: number,
        replicas: [0, 1, 2].map((step) => ((number + step) % 3) + 1),
      }))
      const configEntries = [
        { name: 'min.insync.replicas', value: '2' },
        { name: 'retention.ms', value: '-1' },
      ]
      await asking((admin) =>
        admin.createTopics({ waitForLeaders: false, topics: [{ topic, replicaAssignment, configEntries }] }),
      )
      await eventually('the topic has its leaders', async () => (await leaderOf(topic, partitions - 1)) !== undefined)
      return topic
    },
    inStep: async (topic, number) => ((await partition(topic, number))?.isr ?? []).map(partOf),
    async groupLookedAfterBy(part) {
      // The brokers make their topic of offsets when the first group asks for its coordinator.
      const offsets = '__consumer_offsets'
      // A broker that was away leads again some time after it is back: until then no name would lead to it.
      const partitions = await eventually(
        `${part} leads a partition of the topic of offsets`,
        async () => {
          // Until it is there nobody looks after a group, and the question fails.
          await asking((admin) => admin.describeGroups(['first'])).catch(() => undefined)
          const found = await partitionsOf(offsets)
          const leaders = found.map(({ leader }) => leader)
          return leaders.every((leader) => leader > 0) && leaders.map(partOf).includes(part) && found
        },
        60_000,
      )
      for (;;) {
        const group = `test.${randomUUID()}`
        const number = Math.abs(javaHash(group)) % partitions.length
        if (partOf(partitions.find(({ partitionId }) => partitionId === number)?.leader ?? -1) === part) return group
      }
    },
    async kill(...parts) {
      await Promise.all(parts.map((part) => stack.stopPart(part, 'SIGKILL')))
    },
    async bringBack(topics, ...parts) {
      await Promise.all(parts.map((part) => stack.startPart(part)))
      await eventually('all copies are in step', async () =>
        (await Promise.all(topics.map(partitionsOf))).every(
          (partitions) => partitions.length > 0 && partitions.every(({ isr }) => isr.length === 3),
        ),
      )
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** A client for one question, since an admin client remembers leaders that are gone. */
async function ask<Answer>(brokers: readonly string[], work: (admin: Admin) => Promise<Answer>): Promise<Answer> {
  const client = new Kafka({ brokers: [...brokers], clientId: 'three-brokers', logLevel: logLevel.NOTHING })
  const admin = client.admin({ retry: { retries: 2, initialRetryTime: 100 } })
  await admin.connect()
  try {
    return await work(admin)
  } finally {
    await admin.disconnect()
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'retriable') === true
}

/** A group is looked after by the leader of one partition, chosen by the hash that Java has for texts. */
function javaHash(text: string): number {
  let hash = 0
  for (const unit of text) hash = (Math.imul(31, hash) + unit.charCodeAt(0)) | 0
  return hash
}
