import {
  ConfigResourceTypes,
  ConfigSources,
  FetchIsolationLevels,
  IncrementalAlterConfigOperationTypes,
  type Admin,
  type ClusterTopicMetadata,
} from '@platformatic/kafka'
import { HubError } from '@samspill/contracts'
import type { LogEnds, NewTopic, TopicAdmin, TopicDescription } from '../topic-admin.ts'
import type { Position } from '../topic-partition.ts'
import type { AdminSession } from './admin-session.ts'
import { answerOf } from './failures.ts'

/** The moments that stand for the ends of a log in a request for offsets. */
const newest = -1n
const oldest = -2n
const leaderAttempts = 150
const leaderPauseMilliseconds = 200

/** Describes and changes topics over @platformatic/kafka. */
export function platformaticTopics(session: AdminSession): TopicAdmin {
  return {
    brokers: () => session.run(async (admin) => (await admin.metadata({ topics: [], forceUpdate: true })).brokers.size),
    describe: (names) => session.run((admin) => describe(admin, names)),
    create: (topics) => session.run((admin) => create(admin, topics)),
    addPartitions: (name, count) =>
      session.run((admin) => admin.createPartitions({ topics: [{ name, count, assignments: null }] })),
    alterSettings: (name, changes) => session.run((admin) => alterSettings(admin, name, changes)),
    delete: (names) => session.run((admin) => admin.deleteTopics({ topics: [...names] })),
    logEnds: (topic) => session.run((admin) => logEnds(admin, topic)),
    offsetsAt: (topic, time) => session.run((admin) => offsetsAt(admin, topic, time)),
    committed: (group, topics) => session.run((admin) => committed(admin, group, topics)),
  }
}

async function metadataOf(admin: Admin, names: readonly string[]): Promise<Map<string, ClusterTopicMetadata>> {
  if (names.length === 0) return new Map()
  const { topics } = await admin.metadata({ topics: [...names], forceUpdate: true })
  for (const name of names) {
    if (!topics.get(name)) throw new HubError('topic-unknown', 'the broker does not know the topic')
  }
  return topics
}

async function describe(admin: Admin, names?: readonly string[]): Promise<TopicDescription[]> {
  const wanted = names ?? (await admin.listTopics()).filter((name) => !name.startsWith('__'))
  if (wanted.length === 0) return []
  const topics = await metadataOf(admin, wanted)
  const settings = await settingsOf(admin, wanted)
  return wanted.map((name) => {
    const topic = topics.get(name)
    return {
      name,
      partitions: topic?.partitionsCount ?? 0,
      replicas: topic?.partitions[0]?.replicas.length ?? 0,
      settings: settings.get(name) ?? {},
    }
  })
}

async function settingsOf(admin: Admin, names: readonly string[]): Promise<Map<string, Record<string, string>>> {
  const resources = names.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName }))
  const described = await admin.describeConfigs({ resources, includeSynonyms: false })
  return new Map(
    described.map(({ resourceName, configs }) => {
      const own = configs.filter(({ configSource }) => configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG)
      return [resourceName, Object.fromEntries(own.map(({ name, value }) => [name, value ?? '']))]
    }),
  )
}

async function create(admin: Admin, topics: readonly NewTopic[]): Promise<string[]> {
  const existing = new Set(await admin.listTopics())
  const missing = topics.filter(({ name }) => !existing.has(name))
  for (const { name, partitions, replicas, settings = {} } of missing) {
    const configs = Object.entries(settings).map(([setting, value]) => ({ name: setting, value }))
    await admin.createTopics({ topics: [name], partitions, replicas, configs }).catch((error: unknown) => {
      // Another process was faster, or an attempt before this one went through without an answer.
      if (answerOf(error) !== 'TOPIC_ALREADY_EXISTS') throw error
    })
  }
  await haveLeaders(
    admin,
    missing.map(({ name }) => name),
  )
  return missing.map(({ name }) => name)
}

/** Brokers learn of a new topic a moment later, one after the other. */
async function haveLeaders(admin: Admin, names: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await metadataOf(admin, names)
      return
    } catch (error) {
      const isPassing = answerOf(error) !== undefined || (error instanceof HubError && error.code === 'topic-unknown')
      if (attempt === leaderAttempts || !isPassing) throw error
      await new Promise((resolve) => setTimeout(resolve, leaderPauseMilliseconds))
    }
  }
}

async function alterSettings(
  admin: Admin,
  resourceName: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { SET, DELETE } = IncrementalAlterConfigOperationTypes
  const configs = Object.entries(changes).map(([name, value]) =>
    value === undefined ? { name, configOperation: DELETE } : { name, configOperation: SET, value },
  )
  await admin.incrementalAlterConfigs({
    validateOnly: false,
    resources: [{ resourceType: ConfigResourceTypes.TOPIC, resourceName, configs }],
  })
}

async function offsets(admin: Admin, topic: string, timestamp: bigint): Promise<Map<number, bigint>> {
  const count = (await metadataOf(admin, [topic])).get(topic)?.partitionsCount ?? 0
  const partitions = Array.from({ length: count }, (_, partitionIndex) => ({ partitionIndex, timestamp }))
  const isolationLevel = FetchIsolationLevels.READ_UNCOMMITTED
  const listed = await admin.listOffsets({ topics: [{ name: topic, partitions }], isolationLevel })
  return new Map(listed.flatMap((each) => each.partitions.map((one) => [one.partitionIndex, one.offset])))
}

async function logEnds(admin: Admin, topic: string): Promise<LogEnds[]> {
  const [earliest, latest] = await Promise.all([offsets(admin, topic, oldest), offsets(admin, topic, newest)])
  return [...latest]
    .sort(([one], [other]) => one - other)
    .map(([partition, offset]) => ({ topic, partition, earliest: earliest.get(partition) ?? 0n, latest: offset }))
}

async function offsetsAt(admin: Admin, topic: string, time: number): Promise<Position[]> {
  const [found, latest] = await Promise.all([offsets(admin, topic, BigInt(time)), offsets(admin, topic, newest)])
  return [...latest]
    .sort(([one], [other]) => one - other)
    .map(([partition, end]) => {
      const offset = found.get(partition) ?? -1n
      return { topic, partition, offset: offset < 0n ? end : offset }
    })
}

async function committed(admin: Admin, groupId: string, topics: readonly string[]): Promise<Position[]> {
  const described = await metadataOf(admin, topics)
  const wanted = topics.map((name) => {
    const count = described.get(name)?.partitionsCount ?? 0
    return { name, partitionIndexes: Array.from({ length: count }, (_, partition) => partition) }
  })
  const groups = await admin.listConsumerGroupOffsets({ groups: [{ groupId, topics: wanted }] })
  return groups.flatMap((group) =>
    group.topics.flatMap(({ name, partitions }) =>
      partitions
        .filter(({ committedOffset }) => committedOffset >= 0n)
        .map(({ partitionIndex, committedOffset }) => ({
          topic: name,
          partition: partitionIndex,
          offset: committedOffset,
        })),
    ),
  )
}
