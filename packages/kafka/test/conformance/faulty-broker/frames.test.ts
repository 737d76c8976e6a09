import { describe, expect, test } from 'vitest'
import { framed, Frames, FrameWriter } from './frames.ts'

describe('frames', () => {
  test('come out whole, however the bytes arrive', () => {
    const stream = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.alloc(0)), framed(Buffer.from('three'))])
    for (const size of [1, 2, 5, stream.length]) {
      const frames = new Frames()
      const out: string[] = []
      for (let at = 0; at < stream.length; at += size) {
        out.push(...frames.take(stream.subarray(at, at + size)).map(String))
      }
      expect(out).toEqual(['one', '', 'three'])
    }
  })

  test('are written in Kafka’s plain types', () => {
    const { frame } = new FrameWriter().int16(1).int32(2).int64(3n).string('ab').string(null)
    expect(frame.toString('hex')).toBe('0001000000020000000000000003000261' + '62ffff')
  })
})
