import type { ClientOptions } from '../client-options.ts'
import type { ReaderSettings } from '../group/reader-settings.ts'
import type { RangeFetcher } from '../range/read-range.ts'
import { readFetchResponse, type FetchResponse } from '../wire/fetch-response.ts'
import { kafkajsClient } from './client.ts'
import { readFetches, type FetchingBroker } from './cluster-hooks.ts'
import { takeClusterMaker } from './cluster-of.ts'

interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  refreshMetadata(): Promise<void>
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[]
  findBroker(node: { readonly nodeId: number }): Promise<FetchingBroker>
}

const readCommitted = 1
const waitMilliseconds = 500

/** Fetches ranges over kafkajs, which itself reads only as a member of a group. */
export function kafkajsRangeFetcher(options: ClientOptions, settings: ReaderSettings): RangeFetcher {
  const makeCluster = takeClusterMaker<Cluster>(kafkajsClient(options))
  const cluster = makeCluster({ metadataMaxAge: 60_000, allowAutoTopicCreation: false, isolationLevel: readCommitted })
  const taken = new WeakSet<FetchingBroker>()
  let connected = false
  return {
    async fetch({ topic, partition, offset }, { doubtLeader }) {
      if (!connected) await cluster.connect()
      connected = true
      await cluster.addTargetTopic(topic)
      if (doubtLeader) await cluster.refreshMetadata()
      const leader = cluster.findTopicPartitionMetadata(topic).find((each) => each.partitionId === partition)?.leader
      if (leader === undefined) throw new Error('the partition has no leader now')
      const broker = await cluster.findBroker({ nodeId: leader })
      if (!taken.has(broker)) readFetches(broker, (bytes) => decode(bytes, settings))
      taken.add(broker)
      const { read } = (await broker.fetch({
        isolationLevel: readCommitted,
        maxWaitTime: waitMilliseconds,
        minBytes: 1,
        maxBytes: settings.maxBytes,
        topics: [
          {
            topic,
            partitions: [{ partition, fetchOffset: String(offset), maxBytes: settings.maxBytesPerPartition }],
          },
        ],
      })) as Decoded
      const fetched = read.topics[0]?.partitions[0]
      if (fetched === undefined) throw new Error(`the broker answered ${read.errorCode}`)
      return fetched
    },
    async [Symbol.asyncDispose]() {
      await cluster.disconnect().catch((error: unknown) => {
        options.log.debug('a client that read a range did not close in order', { error })
      })
    },
  }
}

/** What kafkajs gets to see holds no partitions: it finds no fault with them, and hands our own reading through. */
interface Decoded {
  readonly throttleTime: number
  readonly errorCode: number
  readonly responses: readonly []
  readonly read: FetchResponse
}

async function decode(bytes: Buffer, settings: ReaderSettings): Promise<Decoded> {
  const budget = { perBatch: settings.maxUnpackedBatchBytes, left: settings.maxUnpackedFetchBytes }
  return { throttleTime: 0, errorCode: 0, responses: [], read: await readFetchResponse(bytes, budget) }
}
