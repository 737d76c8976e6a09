import type { OutgoingRecord } from '../partition-writer.ts'

/** Who writes, and the number of the batch's first record among all that it wrote to the partition. */
export interface BatchIdentity {
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
}

/** A record batch that is about to be written, with the sizes of its parts in bytes. */
export interface OutgoingBatch {
  readonly records: readonly OutgoingRecord[]
  readonly identity: BatchIdentity
  /** Of each record what follows its length. */
  readonly bodySizes: readonly number[]
  readonly size: number
}

/** From its base offset to its count of records. */
const headBytes = 61
/** What the length of a batch does not count: its base offset and the length itself. */
const beforeLength = 12
const crcEnd = 21

/** Adds up what these records take as one batch. Throws RangeError for no records. */
export function outgoingBatch(records: readonly OutgoingRecord[], identity: BatchIdentity): OutgoingBatch {
  const baseTimestamp = firstOf(records).timestamp
  const bodySizes = records.map((record, index) => bodySize(record, index, baseTimestamp))
  const size = bodySizes.reduce((total, body) => total + varintSize(body) + body, headBytes)
  return { records, identity, bodySizes, size }
}

/** Writes the batch into the buffer and returns where it ends. The checksum is CRC-32C, as the brokers check it. */
export function writeBatch(
  buffer: Buffer,
  start: number,
  { records, identity, bodySizes, size }: OutgoingBatch,
  crc32c: (bytes: Buffer) => number,
): number {
  const baseTimestamp = firstOf(records).timestamp
  let at = buffer.writeBigInt64BE(0n, start) // the broker gives the offset
  at = buffer.writeInt32BE(size - beforeLength, at)
  at = buffer.writeInt32BE(-1, at) // the leader's epoch, for the broker to fill in
  at = buffer.writeInt8(2, at) // format
  const crc = at
  at = buffer.writeInt16BE(0, at + 4) // neither compressed, nor of a transaction
  at = buffer.writeInt32BE(records.length - 1, at)
  at = buffer.writeBigInt64BE(BigInt(baseTimestamp), at)
  at = buffer.writeBigInt64BE(BigInt(latest(records)), at)
  at = buffer.writeBigInt64BE(identity.producerId, at)
  at = buffer.writeInt16BE(identity.producerEpoch, at)
  at = buffer.writeInt32BE(identity.firstSequence, at)
  at = buffer.writeInt32BE(records.length, at)
  for (const [index, record] of records.entries()) {
    at = writeVarint(buffer, bodySizes[index] ?? 0, at)
    at = writeBody(buffer, at, record, index, baseTimestamp)
  }
  buffer.writeUInt32BE(crc32c(buffer.subarray(start + crcEnd, at)), crc)
  return at
}

function firstOf(records: readonly OutgoingRecord[]): OutgoingRecord {
  const [first] = records
  if (first === undefined) throw new RangeError('a batch needs at least one record')
  return first
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
