import { HubError } from '@samspill/contracts'
import type { KafkaConnection } from '@samspill/kafka'
import { planTopics, readLanguage, topicWishes, type TopicDifference } from '@samspill/language'
import { languageFolder } from '../schemas/schema-entries.ts'

/** What a plan is made for. */
export interface PlanFor {
  /** How many brokers the cluster has, also those that are away: a plan made meanwhile asks for no less. */
  readonly brokers: number
  /** Also make the changes that keep less than now. */
  readonly shrink: boolean
}

/**
 * Compares the streams of the language, as its files say now, with the topics of a cluster. Throws `language-invalid`.
 */
export async function planOf(
  kafka: Pick<KafkaConnection, 'topics'>,
  { brokers, shrink }: PlanFor,
  folder: string = languageFolder,
): Promise<readonly TopicDifference[]> {
  const language = await readLanguage(folder)
  const [answering, topics] = await Promise.all([kafka.topics.brokers(), kafka.topics.describe()])
  return planTopics(topicWishes(language), { brokers: Math.max(brokers, answering), topics }, { shrink })
}

/** Makes the topics what the language says; what is held back or refused stays as it is. Returns what was done. */
export async function applyPlan(
  kafka: KafkaConnection,
  plan: readonly TopicDifference[],
): Promise<readonly TopicDifference[]> {
  const created = plan.filter((difference) => difference.kind === 'create')
  const changed = plan.filter((difference) => difference.kind === 'change')
  if (created.length > 0) {
    await kafka.topics.create(
      created.map(({ topic, partitions, replicas, settings }) => ({ name: topic, partitions, replicas, settings })),
    )
  }
  for (const [topic, changes] of Map.groupBy(changed, (difference) => difference.topic)) {
    await kafka.topics.alterSettings(topic, Object.fromEntries(changes.map(({ setting, to }) => [setting, to])))
  }
  return [...created, ...changed]
}

/** Throws `stream-refused` where a topic is such that the hub's promises would not hold. */
export function requireNothingRefused(plan: readonly TopicDifference[]): void {
  const refused = plan.filter((difference) => difference.kind === 'refused')
  if (refused.length === 0) return
  const reasons = refused.map(({ topic, message }) => `${topic}: ${message}`)
  throw new HubError('stream-refused', `nothing was changed:\n${reasons.join('\n')}`)
}

/** A plan for people: one line per difference; topics that are nobody's stream share one. */
export function planText(plan: readonly TopicDifference[]): string {
  const extra = plan.filter(({ kind }) => kind === 'extra').map(({ topic }) => topic)
  const lines = plan.filter(({ kind }) => kind !== 'extra').map(differenceText)
  if (lines.length === 0) lines.push('The topics are what the language says.')
  if (extra.length > 0) lines.push(`? no stream, left alone: ${extra.join(', ')}`)
  return lines.join('\n')
}

/** One difference as a line for people. */
export function differenceText(difference: TopicDifference): string {
  switch (difference.kind) {
    case 'create':
      return `+ ${difference.topic}: ${difference.partitions} partitions, ${difference.replicas} ${difference.replicas === 1 ? 'copy' : 'copies'}`
    case 'change':
      return `~ ${difference.topic}: ${difference.setting} ${difference.from ?? 'default'} → ${difference.to}`
    case 'held-back':
    case 'refused':
      return `! ${difference.topic}: ${difference.message}`
    case 'extra':
      return `? ${difference.topic}: ${difference.message}`
  }
}
