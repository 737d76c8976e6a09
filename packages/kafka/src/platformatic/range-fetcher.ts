import { Base } from '@platformatic/kafka'
import type { ClientOptions } from '../client-options.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import type { RangeFetcher } from '../range/read-range.ts'
import { calmPool, clientOptions } from './client.ts'
import { nameOfAnswer } from './failures.ts'
import { fetchFrom } from './fetch-request.ts'

const waitMilliseconds = 500

/** Fetches ranges over @platformatic/kafka. */
export function platformaticRangeFetcher(options: ClientOptions, settings: ReaderSettings): RangeFetcher {
  const base = new Base(clientOptions(options))
  calmPool(base.connections, options.log)
  return {
    async fetch(position, { doubtLeader }) {
      const { topic, partition } = position
      const metadata = await base.metadata({ topics: [topic], forceUpdate: doubtLeader })
      const leader = metadata.topics.get(topic)?.partitions[partition]?.leader
      const broker = leader === undefined ? undefined : metadata.brokers.get(leader)
      if (!broker) throw new Error('the partition has no leader now')
      const response = await fetchFrom(await base.connections.get(broker), [position], { settings, waitMilliseconds })
      const fetched = response.topics[0]?.partitions[0]
      if (response.errorCode !== 0 || fetched === undefined) throw new Error(nameOfAnswer(response.errorCode))
      return fetched
    },
    async [Symbol.asyncDispose]() {
      await base.close().catch((error: unknown) => {
        options.log.debug('a client that read a range did not close in order', { error })
      })
    },
  }
}
