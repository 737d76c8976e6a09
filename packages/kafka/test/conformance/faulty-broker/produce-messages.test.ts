import { produceV8, Reader } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { framed, FrameWriter } from './frames.ts'
import { partitionsOfProduce, producerRefusal, withErrorCodes, withoutPartitions } from './produce-messages.ts'
import { apiKeys } from './request-head.ts'

const [first, second, other] = [
  { topic: 'nav.layoffs', partition: 1 },
  { topic: 'nav.layoffs', partition: 3 },
  { topic: 'nav.grants', partition: 3 },
] as const
const all = [first, second, other]
const head = { correlationId: 42, apiVersion: 8 }

const request = (partitions: readonly { topic: string; partition: number }[]): Buffer =>
  new FrameWriter()
    .int16(apiKeys.produce)
    .int16(8)
    .int32(42)
    .string('test')
    .bytes(
      produceV8.createRequest(
        -1,
        1000,
        partitions.map((to) => ({ ...to, value: Buffer.from('x'), timestamp: 0n })),
        {},
      ).buffer,
    ).frame

describe('a produce request', () => {
  test('is read up to the partitions it is for', () => {
    expect(partitionsOfProduce(request(all))).toEqual(all)
  })

  test('loses the partitions that are refused, and is gone without any', () => {
    const left = withoutPartitions(request(all), [first, other])
    expect(left && partitionsOfProduce(left)).toEqual([second])
    expect(withoutPartitions(request([first]), [first])).toBeUndefined()
  })

  test('that is refused looks refused to a client', () => {
    const answer = producerRefusal(head, [
      { to: first, errorCode: 6 },
      { to: other, errorCode: 19 },
    ])
    expect(answer.readInt32BE(0)).toBe(42)
    expect(errorsIn(answer)).toEqual(['NOT_LEADER_OR_FOLLOWER', 'NOT_ENOUGH_REPLICAS'])
  })

  test('that was answered well looks refused where its answer is changed', () => {
    const well = producerRefusal(
      head,
      [first, second].map((to) => ({ to, errorCode: 0 })),
    )
    expect(errorsIn(well)).toEqual([])
    expect(errorsIn(withErrorCodes(well, 8, [{ to: second, errorCode: 20 }]))).toEqual([
      'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
    ])
    expect(errorsIn(withErrorCodes(well, 8, [{ to: other, errorCode: 6 }]))).toEqual(['NOT_LEADER_OR_FOLLOWER'])
    expect(framed(well).readInt32BE(0)).toBe(well.length)
  })
})

/** What the client reads in the answer. */
function errorsIn(answer: Buffer): readonly string[] {
  try {
    produceV8.parseResponse(42, apiKeys.produce, 8, Reader.from(answer.subarray(4)))
    return []
  } catch (error) {
    return (error as { errors: { apiId: string }[] }).errors.map(({ apiId }) => apiId)
  }
}
