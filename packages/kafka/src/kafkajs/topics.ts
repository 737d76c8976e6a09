import kafkajs, { type Admin } from 'kafkajs'
import type { LogEnds, NewTopic, TopicAdmin, TopicDescription } from '../topic-admin.ts'
import type { Position } from '../topic-partition.ts'
import type { AdminSessions } from './admin-sessions.ts'

/** Where a setting comes from, as Kafka numbers it: 1 is the topic itself. */
const ofTopic = 1
const leaderAttempts = 150
const leaderPauseMilliseconds = 200

/** Describes and changes topics over kafkajs. */
export function kafkajsTopics(sessions: AdminSessions): TopicAdmin {
  return {
    brokers: () => sessions.run(async (admin) => (await admin.describeCluster()).brokers.length),
    describe: (names) => sessions.run((admin) => describe(admin, names)),
    create: (topics) => sessions.run((admin) => create(admin, topics)),
    addPartitions: (topic, count) =>
      sessions.run(async (admin) => {
        await admin.createPartitions({ topicPartitions: [{ topic, count }] })
      }),
    alterSettings: (name, changes) => sessions.run((admin) => alterSettings(admin, name, changes)),
    delete: (names) => sessions.run((admin) => admin.deleteTopics({ topics: [...names] })),
    logEnds: (topic) => sessions.run((admin) => logEnds(admin, topic)),
    offsetsAt: (topic, time) => sessions.run((admin) => offsetsAt(admin, topic, time)),
    committed: (group, topics) => sessions.run((admin) => committed(admin, group, topics)),
  }
}

async function describe(admin: Admin, names?: readonly string[]): Promise<TopicDescription[]> {
  const wanted = names ?? (await admin.listTopics()).filter((name) => !name.startsWith('__'))
  if (wanted.length === 0) return []
  const { topics } = await admin.fetchTopicMetadata({ topics: [...wanted] })
  const settings = await settingsOf(admin, wanted)
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.length,
    replicas: partitions[0]?.replicas.length ?? 0,
    settings: settings.get(name) ?? {},
  }))
}

async function settingsOf(admin: Admin, names: readonly string[]): Promise<Map<string, Record<string, string>>> {
  const resources = names.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name }))
  const described = await admin.describeConfigs({ resources, includeSynonyms: false })
  return new Map(
    described.resources.map(({ resourceName, configEntries }) => {
      const own = configEntries.filter((entry) => Number(entry.configSource) === ofTopic)
      return [resourceName, Object.fromEntries(own.map((entry) => [entry.configName, entry.configValue]))]
    }),
  )
}

async function create(admin: Admin, topics: readonly NewTopic[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !existing.has(name))
  if (missing.length === 0) return []
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, replicas, settings = {} }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
    })),
  })
  const names = missing.map(({ name }) => name)
  await haveLeaders(admin, names)
  return names
}

/** Brokers learn of a new topic a moment later; kafkajs' own waiting takes a broker that does not for a failure. */
async function haveLeaders(admin: Admin, topics: string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.fetchTopicMetadata({ topics })
      return
    } catch (error) {
      if (attempt === leaderAttempts || !(error instanceof Error && Reflect.get(error, 'retriable') === true))
        throw error
      await new Promise((resolve) => setTimeout(resolve, leaderPauseMilliseconds))
    }
  }
}

/** Kafka's older way to alter settings replaces them all, so that what stays has to be said again. */
async function alterSettings(
  admin: Admin,
  name: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const present = (await settingsOf(admin, [name])).get(name) ?? {}
  const wanted = Object.entries({ ...present, ...changes })
  const configEntries = wanted.flatMap(([setting, value]) => (value === undefined ? [] : [{ name: setting, value }]))
  await admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name, configEntries }],
  })
}

async function logEnds(admin: Admin, topic: string): Promise<LogEnds[]> {
  const ends = await admin.fetchTopicOffsets(topic)
  return ends.map(({ partition, low, high }) => ({ topic, partition, earliest: BigInt(low), latest: BigInt(high) }))
}

async function offsetsAt(admin: Admin, topic: string, time: number): Promise<Position[]> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, time)
  return found
    .toSorted((one, other) => one.partition - other.partition)
    .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) }))
}

async function committed(admin: Admin, groupId: string, topics: readonly string[]): Promise<Position[]> {
  const offsets = await admin.fetchOffsets({ groupId, topics: [...topics] })
  return offsets.flatMap(({ topic, partitions }) =>
    partitions
      .filter(({ offset }) => BigInt(offset) >= 0n)
      .map(({ partition, offset }) => ({ topic, partition, offset: BigInt(offset) })),
  )
}
