import { HubError } from '@samspill/contracts'
import { AppendError } from '../append-error.ts'
import type { KafkaConnection } from '../connection.ts'
import type { PartitionWriter } from '../partition-writer.ts'
import type { TopicAdmin } from '../topic-admin.ts'
import { AdminSessions } from './admin-sessions.ts'
import { kafkajsClient, type ClientOptions } from './client.ts'
import { defaultReaderSettings, kafkajsReader, type ReaderSettings } from './reader.ts'
import { kafkajsTopics } from './topics.ts'
import { openKafkajsWriter } from './writer.ts'

export interface ConnectOptions extends ClientOptions {
  readonly reader?: Partial<ReaderSettings>
}

/** Makes a connection over kafkajs. Nothing is opened before it is used. */
export function connectKafkajs(options: ConnectOptions): KafkaConnection {
  const sessions = new AdminSessions(kafkajsClient(options), options.log)
  const topics = kafkajsTopics(sessions)
  const settings = { ...defaultReaderSettings, ...options.reader }
  let opening: Promise<PartitionWriter> | undefined
  const open = async (): Promise<PartitionWriter> => {
    try {
      return await openKafkajsWriter(options, (topic) => partitionCount(topics, topic))
    } catch (error) {
      // The next caller tries again.
      opening = undefined
      throw error
    }
  }
  return {
    topics,
    reader: () => kafkajsReader(options, topics, settings),
    writer: () => (opening ??= open()),
    async [Symbol.asyncDispose]() {
      const writer = await opening?.catch(() => undefined)
      await writer?.[Symbol.asyncDispose]()
    },
  }
}

async function partitionCount(topics: TopicAdmin, topic: string): Promise<number> {
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
