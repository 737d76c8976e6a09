import type { ConnectOptions, KafkaConnection } from '../connection.ts'
import { defaultReaderSettings } from '../group/reader-settings.ts'
import { partitionCount } from '../partition-count.ts'
import type { PartitionWriter } from '../partition-writer.ts'
import { readRanges } from '../range/read-range.ts'
import { AdminSessions } from './admin-sessions.ts'
import { kafkajsClient } from './client.ts'
import { kafkajsRangeFetcher } from './range-fetcher.ts'
import { kafkajsReader } from './reader.ts'
import { kafkajsTopics } from './topics.ts'
import { openKafkajsWriter } from './writer.ts'

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
    readRanges: (ranges) => readRanges(ranges, () => kafkajsRangeFetcher(options, settings), options.log),
    writer: () => (opening ??= open()),
    async [Symbol.asyncDispose]() {
      const writer = await opening?.catch(() => undefined)
      await writer?.[Symbol.asyncDispose]()
    },
  }
}
