import { ByteCursor } from './byte-cursor.ts'
import { readRecordBatches, type LogRecord, type UnpackBudget } from './record-batch.ts'

/** What a broker returned for one partition. */
export interface FetchedPartition {
  readonly partition: number
  readonly errorCode: number
  readonly highWatermark: bigint
  readonly lastStableOffset: bigint
  readonly logStart: bigint
  readonly aborted: readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]
  readonly preferredReadReplica: number
  readonly records: readonly LogRecord[]
}

export interface FetchResponse {
  readonly throttleMilliseconds: number
  readonly errorCode: number
  readonly sessionId: number
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly FetchedPartition[] }[]
}

/** The version of Kafka's Fetch response that is read here. */
export const fetchResponseVersion = 11

/** Reads a Fetch response. Batches that cannot be read are told as damage of their partition. */
export async function readFetchResponse(bytes: Buffer, budget: UnpackBudget): Promise<FetchResponse> {
  const cursor = new ByteCursor(bytes)
  const throttleMilliseconds = cursor.int32()
  const errorCode = cursor.int16()
  const sessionId = cursor.int32()
  const topics: FetchResponse['topics'][number][] = []
  for (let topicsLeft = cursor.int32(); topicsLeft > 0; topicsLeft -= 1) {
    const topic = cursor.string()
    const partitions: FetchedPartition[] = []
    for (let left = cursor.int32(); left > 0; left -= 1) partitions.push(await readPartition(cursor, budget))
    topics.push({ topic, partitions })
  }
  return { throttleMilliseconds, errorCode, sessionId, topics }
}

async function readPartition(cursor: ByteCursor, budget: UnpackBudget): Promise<FetchedPartition> {
  const partition = cursor.int32()
  const errorCode = cursor.int16()
  const highWatermark = cursor.int64()
  const lastStableOffset = cursor.int64()
  const logStart = cursor.int64()
  const aborted: { producerId: bigint; firstOffset: bigint }[] = []
  for (let left = cursor.int32(); left > 0; left -= 1) {
    aborted.push({ producerId: cursor.int64(), firstOffset: cursor.int64() })
  }
  const preferredReadReplica = cursor.int32()
  const bytes = cursor.take(Math.max(0, cursor.int32()))
  const records = await readRecordBatches(bytes, budget)
  return { partition, errorCode, highWatermark, lastStableOffset, logStart, aborted, preferredReadReplica, records }
}
