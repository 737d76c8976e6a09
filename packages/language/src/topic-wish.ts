import { retentionMilliseconds } from './duration.ts'
import type { Language } from './language.ts'

/** A topic as the language wants it; `topics` of the schemas has one for every stream. */
export interface TopicWish {
  readonly name: string
  readonly partitions: number
  /** How long an event is kept after the broker took it; -1 is for ever. */
  readonly retentionMilliseconds: number
}

/** The topics that a language wants, one for every stream. */
export function topicWishes(language: Pick<Language, 'streams'>): readonly TopicWish[] {
  return language.streams.map(({ name, partitions, retention }) => ({
    name,
    partitions,
    retentionMilliseconds: retentionMilliseconds(retention),
  }))
}

/** A topic as the cluster describes it. */
export interface PresentTopic {
  readonly name: string
  readonly partitions: number
  readonly replicas: number
  /** Settings by Kafka's names; what the brokers' defaults decide is left out. */
  readonly settings: Readonly<Record<string, string>>
}

export interface Cluster {
  /** How many brokers there are. */
  readonly brokers: number
  readonly topics: readonly PresentTopic[]
}

const largestMessage = 1_048_576

/** How many copies of each event a cluster of so many brokers keeps: three, or as many as there are brokers. */
export function wantedReplicas(brokers: number): number {
  return Math.max(1, Math.min(3, brokers))
}

/** The settings of a stream's topic, by Kafka's names. */
export function topicSettings(wish: TopicWish, brokers: number): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': 'delete',
    'max.message.bytes': String(largestMessage),
    // Retention counts from the day the broker took the event: one that tells of last year is not gone at once.
    'message.timestamp.type': 'LogAppendTime',
    'min.insync.replicas': brokers >= 3 ? '2' : '1',
    'retention.bytes': '-1',
    'retention.ms': String(wish.retentionMilliseconds),
    'unclean.leader.election.enable': 'false',
  }
}
