import type { ConnectOptions, KafkaConnection } from '../connection.ts'
import { defaultReaderSettings } from '../group/reader-settings.ts'
import { partitionCount } from '../partition-count.ts'
import type { PartitionWriter } from '../partition-writer.ts'
import { readRanges } from '../range/read-range.ts'
import { AdminSession } from './admin-session.ts'
import { platformaticRangeFetcher } from './range-fetcher.ts'
import { platformaticReader } from './reader.ts'
import { platformaticTopics } from './topics.ts'
import { openPlatformaticWriter } from './writer.ts'

/** Makes a connection over @platformatic/kafka. Nothing is opened before it is used. */
export function connectPlatformatic(options: ConnectOptions): KafkaConnection {
  const session = new AdminSession(options)
  const topics = platformaticTopics(session)
  const settings = { ...defaultReaderSettings, ...options.reader }
  let opening: Promise<PartitionWriter> | undefined
  const open = async (): Promise<PartitionWriter> => {
    try {
      return await openPlatformaticWriter(options, (topic) => partitionCount(topics, topic))
    } catch (error) {
      // The next caller tries again.
      opening = undefined
      throw error
    }
  }
  return {
    topics,
    reader: () => platformaticReader(options, topics, settings),
    readRanges: (ranges) => readRanges(ranges, () => platformaticRangeFetcher(options, settings), options.log),
    writer: () => (opening ??= open()),
    async [Symbol.asyncDispose]() {
      const writer = await opening?.catch(() => undefined)
      await writer?.[Symbol.asyncDispose]()
      await session[Symbol.asyncDispose]()
    },
  }
}
