import { nameOfPartition, type TopicPartition } from '../../../src/topic-partition.ts'
import { ByteCursor } from '../../../src/wire/byte-cursor.ts'
import { FrameWriter } from './frames.ts'
import { readRequestHead, type RequestHead } from './request-head.ts'

/** What a broker is made to say of one partition. */
export interface PartitionError {
  readonly to: TopicPartition
  readonly errorCode: number
}

/** Of one partition, the bytes that stand behind its number. */
interface Part {
  readonly to: TopicPartition
  readonly bytes: Buffer
}

/** The partitions that a Produce request (versions 3 to 8) is for. */
export function partitionsOfProduce(frame: Buffer): readonly TopicPartition[] {
  return readRequest(frame).parts.map(({ to }) => to)
}

/** The Produce request without these partitions; undefined where none is left. */
export function withoutPartitions(frame: Buffer, leftOut: readonly TopicPartition[]): Buffer | undefined {
  const { before, parts } = readRequest(frame)
  const names = new Set(leftOut.map(nameOfPartition))
  const left = parts.filter(({ to }) => !names.has(nameOfPartition(to)))
  return left.length === 0 ? undefined : writeParts(new FrameWriter().bytes(before), left).frame
}

/** A Produce response that refuses partitions, as a broker that has written nothing would. */
export function producerRefusal(
  head: Pick<RequestHead, 'correlationId' | 'apiVersion'>,
  refused: readonly PartitionError[],
): Buffer {
  const parts = refused.map((error) => refusedPart(head.apiVersion, error))
  return writeParts(new FrameWriter().int32(head.correlationId), parts).int32(0).frame
}

/** The broker's own Produce response with other error codes: of partitions in it, or of partitions it was not asked about. */
export function withErrorCodes(response: Buffer, apiVersion: number, errors: readonly PartitionError[]): Buffer {
  const { before, parts, behind } = readResponse(response, apiVersion)
  const codes = new Map(errors.map(({ to, errorCode }) => [nameOfPartition(to), errorCode]))
  const changed = parts.map(({ to, bytes }) => {
    const errorCode = codes.get(nameOfPartition(to))
    codes.delete(nameOfPartition(to))
    return errorCode === undefined
      ? { to, bytes }
      : { to, bytes: Buffer.concat([new FrameWriter().int16(errorCode).frame, bytes.subarray(2)]) }
  })
  const added = errors.filter(({ to }) => codes.has(nameOfPartition(to)))
  const all = [...changed, ...added.map((error) => refusedPart(apiVersion, error))]
  return writeParts(new FrameWriter().bytes(before), all).bytes(behind).frame
}

function refusedPart(apiVersion: number, { to, errorCode }: PartitionError): Part {
  const writer = new FrameWriter().int16(errorCode).int64(-1n).int64(-1n)
  if (apiVersion >= 5) writer.int64(-1n)
  if (apiVersion >= 8) writer.int32(0).string(null)
  return { to, bytes: writer.frame }
}

function readRequest(frame: Buffer): { before: Buffer; parts: readonly Part[] } {
  const { body } = readRequestHead(frame)
  const transactionalId = body.int16()
  body.pass(transactionalId)
  body.pass(2 + 4)
  const before = frame.subarray(0, body.at)
  return { before, parts: readParts(body, () => body.pass(body.int32())) }
}

function readResponse(frame: Buffer, apiVersion: number): { before: Buffer; parts: readonly Part[]; behind: Buffer } {
  const cursor = new ByteCursor(frame)
  const before = cursor.take(4)
  const parts = readParts(cursor, () => {
    cursor.pass(2 + 8 + 8)
    if (apiVersion >= 5) cursor.pass(8)
    if (apiVersion < 8) return
    for (let errors = cursor.int32(); errors > 0; errors -= 1) {
      cursor.pass(4)
      cursor.pass(cursor.int16())
    }
    cursor.pass(cursor.int16())
  })
  return { before, parts, behind: cursor.take(cursor.left) }
}

/** Both requests and responses list partitions under their topics. */
function readParts(cursor: ByteCursor, pass: () => void): readonly Part[] {
  const parts: Part[] = []
  for (let topics = cursor.int32(); topics > 0; topics -= 1) {
    const topic = cursor.string()
    for (let left = cursor.int32(); left > 0; left -= 1) {
      const partition = cursor.int32()
      const start = cursor.at
      pass()
      parts.push({ to: { topic, partition }, bytes: cursor.bytes.subarray(start, cursor.at) })
    }
  }
  return parts
}

function writeParts(writer: FrameWriter, parts: readonly Part[]): FrameWriter {
  const topics = Map.groupBy(parts, ({ to }) => to.topic)
  writer.int32(topics.size)
  for (const [topic, partitions] of topics) {
    writer.string(topic).int32(partitions.length)
    for (const { to, bytes } of partitions) writer.int32(to.partition).bytes(bytes)
  }
  return writer
}
