import { produceV8, Reader } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { framed, FrameWriter } from './frames.ts'
import { partitionOfProduce, producerRefusal, withErrorCode } from './produce-messages.ts'
import { apiKeys, readRequestHead } from './request-head.ts'

const to = { topic: 'nav.layoffs', partition: 3 }
const request = new FrameWriter()
  .int16(apiKeys.produce)
  .int16(8)
  .int32(42)
  .string('test')
  .bytes(produceV8.createRequest(-1, 1000, [{ ...to, value: Buffer.from('x'), timestamp: 0n }], {}).buffer).frame

describe('a produce request', () => {
  test('is read up to the partition it is for', () => {
    const head = readRequestHead(request)
    expect(head).toMatchObject({ apiKey: apiKeys.produce, apiVersion: 8, correlationId: 42 })
    expect(partitionOfProduce(head)).toEqual(to)
  })

  test('that is refused looks refused to a client', () => {
    const answer = producerRefusal(readRequestHead(request), to, 6)
    expect(answer.readInt32BE(0)).toBe(42)
    expect(errorIn(answer)).toBe('NOT_LEADER_OR_FOLLOWER')
  })

  test('that was answered well looks refused once its answer is changed', () => {
    const well = producerRefusal(readRequestHead(request), to, 0)
    expect(errorIn(well)).toBeUndefined()
    expect(errorIn(withErrorCode(well, to, 20))).toBe('NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    expect(framed(well).readInt32BE(0)).toBe(well.length)
  })
})

/** What the client reads in the answer. */
function errorIn(answer: Buffer): string | undefined {
  try {
    produceV8.parseResponse(42, apiKeys.produce, 8, Reader.from(answer.subarray(4)))
    return undefined
  } catch (error) {
    return (error as { errors: { apiId: string }[] }).errors[0]?.apiId
  }
}
