import type { OutgoingRecord } from '../partition-writer.ts'
import type { TopicPartition } from '../topic-partition.ts'

/** Who writes, and the number of the batch's first record among all that it wrote to the partition. */
export interface BatchIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
}

/** What all requests of a writer have in common. */
export interface ProduceSettings {
  /** How long the leader waits for its replicas, at most. */
  readonly replicaMilliseconds: number
  /** Computes CRC-32C, as the brokers check it. */
  readonly crc32c: (bytes: Buffer) => number
}

const allReplicas = -1
/** From its base offset to its count of records. */
const batchHeadBytes = 61
/** What the length of a batch does not count: its base offset and the length itself. */
const beforeLength = 12
const crcEnd = 21

/**
 * The body of a produce request (version 8) with one batch for one partition, in one buffer: sizes are added up first,
 * so that every byte is written once. Throws RangeError for no records.
 */
export function produceBody(
  to: TopicPartition,
  records: readonly OutgoingRecord[],
  identity: BatchIdentity,
  { replicaMilliseconds, crc32c }: ProduceSettings,
): Buffer {
  const [first] = records
  if (first === undefined) throw new RangeError('a batch needs at least one record')
  const baseTimestamp = first.timestamp
  const bodies = records.map((record, index) => bodySize(record, index, baseTimestamp))
  const payload = bodies.reduce((total, size) => total + varintSize(size) + size, 0)
  const topicBytes = Buffer.byteLength(to.topic)
  const request = Buffer.allocUnsafe(2 + 2 + 4 + 4 + 2 + topicBytes + 4 + 4 + 4 + batchHeadBytes + payload)

  let at = request.writeInt16BE(-1, 0) // no transaction
  at = request.writeInt16BE(allReplicas, at)
  at = request.writeInt32BE(replicaMilliseconds, at)
  at = request.writeInt32BE(1, at) // topics
  at = request.writeInt16BE(topicBytes, at)
  at += request.write(to.topic, at)
  at = request.writeInt32BE(1, at) // partitions
  at = request.writeInt32BE(to.partition, at)
  at = request.writeInt32BE(batchHeadBytes + payload, at)

  const batch = at
  at = request.writeBigInt64BE(0n, at) // the broker gives the offset
  at = request.writeInt32BE(batchHeadBytes - beforeLength + payload, at)
  at = request.writeInt32BE(-1, at) // the leader's epoch, for the broker to fill in
  at = request.writeInt8(2, at) // format
  const crc = at
  at = request.writeInt16BE(0, at + 4) // neither compressed, nor of a transaction
  at = request.writeInt32BE(records.length - 1, at)
  at = request.writeBigInt64BE(BigInt(baseTimestamp), at)
  at = request.writeBigInt64BE(BigInt(latest(records)), at)
  at = request.writeBigInt64BE(identity.producerId, at)
  at = request.writeInt16BE(identity.producerEpoch, at)
  at = request.writeInt32BE(identity.firstSequence, at)
  at = request.writeInt32BE(records.length, at)
  for (const [index, record] of records.entries()) {
    at = writeVarint(request, bodies[index] ?? 0, at)
    at = writeBody(request, at, record, index, baseTimestamp)
  }
  request.writeUInt32BE(crc32c(request.subarray(batch + crcEnd)), crc)
  return request
}

function latest(records: readonly OutgoingRecord[]): number {
  let most = Number.NEGATIVE_INFINITY
  for (const { timestamp } of records) if (timestamp > most) most = timestamp
  return most
}

function bodySize({ key, value, headers, timestamp }: OutgoingRecord, index: number, baseTimestamp: number): number {
  const deltas = varintSize(timestamp - baseTimestamp) + varintSize(index)
  return 1 + deltas + bytesSize(key) + bytesSize(value) + headers.length
}

function writeBody(
  buffer: Buffer,
  start: number,
  { key, value, headers, timestamp }: OutgoingRecord,
  index: number,
  baseTimestamp: number,
): number {
  buffer[start] = 0 // attributes, of which there are none
  let at = writeVarint(buffer, timestamp - baseTimestamp, start + 1)
  at = writeVarint(buffer, index, at)
  at = writeBytes(buffer, key, at)
  at = writeBytes(buffer, value, at)
  buffer.set(headers, at)
  return at + headers.length
}

function bytesSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length
}

function writeBytes(buffer: Buffer, bytes: Buffer | null, start: number): number {
  if (bytes === null) return writeVarint(buffer, -1, start)
  const at = writeVarint(buffer, bytes.length, start)
  buffer.set(bytes, at)
  return at + bytes.length
}

/** The bytes of a number as a zigzag varint. */
function varintSize(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

function writeVarint(buffer: Buffer, value: number, start: number): number {
  let at = start
  let rest = zigzag(value)
  // Times may lie further apart than 32 bits reach, so the rest is a double and not shifted.
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) buffer[at++] = (rest % 0x80) | 0x80
  buffer[at++] = rest
  return at
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2
}
