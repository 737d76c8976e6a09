import { HubError } from '@samspill/contracts'
import { AppendError } from './append-error.ts'
import type { TopicAdmin } from './topic-admin.ts'

/** Asks the brokers how many partitions a topic has. Throws AppendError, as a writer does. */
export async function partitionCount(topics: TopicAdmin, topic: string): Promise<number> {
  try {
    const [described] = await topics.describe([topic])
    return described?.partitions ?? 0
  } catch (error) {
    const unknown = error instanceof HubError && error.code === 'topic-unknown'
    const message = unknown ? 'the broker does not know the topic: create it first' : 'the topic could not be looked up'
    throw new AppendError(unknown ? 'topic-unknown' : 'broker-unreachable', message, {
      outcome: 'not-written',
      retriable: !unknown,
      cause: error,
    })
  }
}
