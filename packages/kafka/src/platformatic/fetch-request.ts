import { FetchIsolationLevels, fetchV11, type Connection } from '@platformatic/kafka'
import type { ReaderSettings } from '../group/reader-settings.ts'
import type { Position } from '../topic-partition.ts'
import { readFetchResponse, type FetchResponse } from '../wire/fetch-response.ts'

const fetchKey = 1
/** A fetch outside of any session names all it wants each time. */
const noSession = { id: 0, epoch: -1 }

/** How long the broker may wait for the first record, and the bounds of what it returns. */
export interface FetchBounds {
  readonly waitMilliseconds: number
  readonly settings: ReaderSettings
}

/** Fetches from these positions, in this order, and reads the answer within the bounds. */
export async function fetchFrom(
  connection: Connection,
  positions: readonly Position[],
  bounds: FetchBounds,
): Promise<FetchResponse> {
  const { settings } = bounds
  const bytes = await fetchBytes(connection, positions, bounds)
  return readFetchResponse(bytes, {
    perBatch: settings.maxUnpackedBatchBytes,
    left: settings.maxUnpackedFetchBytes,
  })
}

function fetchBytes(connection: Connection, positions: readonly Position[], bounds: FetchBounds): Promise<Buffer> {
  const { settings, waitMilliseconds } = bounds
  const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topicId, each]) => ({
    topicId,
    partitions: each.map(({ partition, offset }) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: offset,
      lastFetchedEpoch: -1,
      partitionMaxBytes: settings.maxBytesPerPartition,
    })),
  }))
  const { READ_COMMITTED } = FetchIsolationLevels
  const { id, epoch } = noSession
  const request = () =>
    fetchV11.createRequest(waitMilliseconds, 1, settings.maxBytes, READ_COMMITTED, id, epoch, topics, [], '')
  return new Promise((resolve, reject) => {
    connection.send(
      fetchKey,
      fetchV11.api.version,
      request,
      (_correlation, _key, _version, reader) => reader.buffer.slice(reader.position),
      false,
      false,
      (error, bytes) => (bytes === undefined || error ? reject(error ?? new Error('no answer')) : resolve(bytes)),
    )
  })
}
