import type { TopicPartition } from '../../../src/index.ts'
import type { ByteCursor } from '../../../src/wire/byte-cursor.ts'
import { FrameWriter } from './frames.ts'
import type { RequestHead } from './request-head.ts'

/** The one partition that a Produce request (versions 3 to 8) of our writers is for. */
export function partitionOfProduce({ body }: Pick<RequestHead, 'body'>): TopicPartition {
  const transactionalId = body.int16()
  if (transactionalId > 0) body.take(transactionalId)
  body.take(2 + 4)
  requireOne(body)
  const topic = body.string()
  requireOne(body)
  return { topic, partition: body.int32() }
}

function requireOne(body: ByteCursor): void {
  if (body.int32() !== 1) throw new Error('a writer sends one partition at a time')
}

/** A Produce response that refuses the partition, as a broker that has written nothing would. */
export function producerRefusal(head: RequestHead, to: TopicPartition, errorCode: number): Buffer {
  const writer = new FrameWriter()
    .int32(head.correlationId)
    .int32(1)
    .string(to.topic)
    .int32(1)
    .int32(to.partition)
    .int16(errorCode)
    .int64(-1n)
    .int64(-1n)
  if (head.apiVersion >= 5) writer.int64(-1n)
  if (head.apiVersion >= 8) writer.int32(0).string(null)
  return writer.int32(0).frame
}

/** The broker's own Produce response with another error code, so that records are written but called refused. */
export function withErrorCode(response: Buffer, { topic }: TopicPartition, errorCode: number): Buffer {
  const changed = Buffer.from(response)
  changed.writeInt16BE(errorCode, 4 + 4 + 2 + Buffer.byteLength(topic) + 4 + 4)
  return changed
}
