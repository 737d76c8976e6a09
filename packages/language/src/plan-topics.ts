import { topicSettings, wantedReplicas, type Cluster, type TopicWish } from './topic-wish.ts'

/** One difference between the topics that the language describes and those that are there. */
export type TopicDifference =
  | {
      readonly kind: 'create'
      readonly topic: string
      readonly partitions: number
      readonly replicas: number
      readonly settings: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'change'
      readonly topic: string
      readonly setting: string
      /** Undefined where the broker's default held. */
      readonly from: string | undefined
      readonly to: string
    }
  /** A change that could lose events; it is made only when told so. */
  | {
      readonly kind: 'held-back'
      readonly topic: string
      readonly setting: string
      readonly from: string | undefined
      readonly to: string
      readonly message: string
    }
  /** What is never done: the sentence says why, and what to do instead. */
  | { readonly kind: 'refused'; readonly topic: string; readonly setting: string; readonly message: string }
  /** A topic that the language does not know. It is reported, never deleted. */
  | { readonly kind: 'extra'; readonly topic: string; readonly message: string }

export interface PlanOptions {
  /** Make the changes that keep less: shorter retention, smaller messages. Default false. */
  readonly shrink?: boolean
}

/**
 * Compares the topics that the language describes with those that are there, and says what to do: create, change, hold
 * back, refuse or report. Nothing is ever deleted. Sorted by topic.
 */
export function planTopics(
  wishes: readonly TopicWish[],
  cluster: Cluster,
  options: PlanOptions = {},
): readonly TopicDifference[] {
  const present = new Map(cluster.topics.map((topic) => [topic.name, topic]))
  const wanted = new Set(wishes.map((wish) => wish.name))
  const replicas = wantedReplicas(cluster.brokers)
  const differences = wishes.flatMap((wish): readonly TopicDifference[] => {
    const topic = present.get(wish.name)
    const settings = topicSettings(wish, cluster.brokers)
    if (topic === undefined) {
      return [{ kind: 'create', topic: wish.name, partitions: wish.partitions, replicas, settings }]
    }
    return [
      ...refusals(wish, topic.partitions, topic.replicas, replicas),
      ...Object.entries(settings).flatMap(([setting, to]) =>
        changeOf(wish.name, setting, topic.settings[setting], to, options),
      ),
    ]
  })
  const extra = cluster.topics
    .filter(({ name }) => !wanted.has(name) && !name.startsWith('_'))
    .map(({ name }): TopicDifference => ({ kind: 'extra', topic: name, message: extraMessage }))
  return [...differences, ...extra].toSorted((left, right) =>
    left.topic < right.topic ? -1 : left.topic > right.topic ? 1 : 0,
  )
}

const extraMessage =
  'The published language knows no such stream. It is left alone; whoever made it takes it away with kafka-topics.'

function refusals(
  wish: TopicWish,
  partitions: number,
  replicas: number,
  wantedFactor: number,
): readonly TopicDifference[] {
  const refused: TopicDifference[] = []
  if (partitions !== wish.partitions) {
    refused.push({
      kind: 'refused',
      topic: wish.name,
      setting: 'partitions',
      message: `The topic has ${partitions} partitions and stream.yaml says ${wish.partitions}. Another number sends a subject to another partition and breaks its order. Write partitions: ${partitions}, or make a new stream.`,
    })
  }
  if (replicas < wantedFactor) {
    refused.push({
      kind: 'refused',
      topic: wish.name,
      setting: 'replication.factor',
      message: `The topic has ${replicas} ${replicas === 1 ? 'copy' : 'copies'} of each event, and ${wantedFactor} are needed, so that the loss of a broker loses nothing. Move it with kafka-reassign-partitions, then plan again.`,
    })
  }
  return refused
}

function changeOf(
  topic: string,
  setting: string,
  from: string | undefined,
  to: string,
  options: PlanOptions,
): readonly TopicDifference[] {
  if (from === to) return []
  const change = { topic, setting, from, to }
  if (!keepsLess(setting, from, to) || options.shrink === true) return [{ kind: 'change', ...change }]
  const message = `${setting} would go from ${from} to ${to}, which keeps less than now. It is done only when told so (--shrink).`
  return [{ kind: 'held-back', ...change, message }]
}

/** Whether a change of a setting can lose, or no longer take, what the topic now holds. */
function keepsLess(setting: string, from: string | undefined, to: string): boolean {
  if (from === undefined) return false
  switch (setting) {
    case 'retention.ms':
    case 'retention.bytes':
      return to !== '-1' && (from === '-1' || Number(to) < Number(from))
    case 'max.message.bytes':
    case 'min.insync.replicas':
      return Number(to) < Number(from)
    case 'cleanup.policy':
      // To `delete` from `compact`: what was kept for ever goes when its time is up.
      return from.includes('compact') && !from.includes('delete')
    default:
      return false
  }
}
