import { findErrorBy, protocolErrorsCodesById, type GenericError } from '@platformatic/kafka'

/** What a broker says while it starts, or does not yet know what another broker has just been told. */
const passing: ReadonlySet<string> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'LEADER_NOT_AVAILABLE',
  'NOT_CONTROLLER',
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
])

/** The name of the broker's answer that lies in an error, e.g. `NOT_LEADER_OR_FOLLOWER`. */
export function answerOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (isUnknownTopic(error)) return 'UNKNOWN_TOPIC_OR_PARTITION'
  const { apiId, errors } = error as Partial<GenericError>
  if (typeof apiId === 'string') return apiId
  if (!Array.isArray(errors)) return undefined
  for (const each of errors) {
    const answer = answerOf(each)
    if (answer !== undefined) return answer
  }
  return undefined
}

/** True where the broker will say something else in a moment. */
export function passes(error: unknown): boolean {
  return passing.has(answerOf(error) ?? '')
}

/** The name of an error number of Kafka's protocol. */
export function nameOfAnswer(errorCode: number): string {
  return (protocolErrorsCodesById as Readonly<Record<number, string>>)[errorCode] ?? 'UNKNOWN_SERVER_ERROR'
}

/** True where the broker told a member that it has to join its group anew, or does not know it. */
export function saysUnknownMember(error: unknown): boolean {
  return error instanceof Error && findErrorBy(error, 'unknownMemberId', true) !== null
}

/** Metadata of a topic that does not exist comes as a plain error of the client, without the broker's answer. */
function isUnknownTopic(error: Error): boolean {
  return Reflect.get(error, 'code') === 'PLT_KFK_USER' && error.message.startsWith('Unknown topic ')
}
