import type { Header } from '@samspill/contracts'
import { describe, expect, it } from 'vitest'
import { decodeHeaders, encodeHeaders } from '../src/record-headers.ts'

describe('record headers in the outbox', () => {
  it.each<{ what: string; headers: Header[] }>([
    { what: 'none', headers: [] },
    {
      what: 'names and text',
      headers: [
        ['ce_id', Buffer.from('1')],
        ['ce_source', Buffer.from('/nav/søknad')],
      ],
    },
    {
      what: 'a name twice, in order',
      headers: [
        ['a', Buffer.from('1')],
        ['a', Buffer.from('2')],
      ],
    },
    {
      what: 'bytes that are not text, and none',
      headers: [
        ['ø', Buffer.from([0, 255, 254])],
        ['empty', Buffer.alloc(0)],
      ],
    },
    { what: 'a long value', headers: [['tracestate', Buffer.alloc(70_000, 'x')]] },
  ])('come back as they were written: $what', ({ headers }) => {
    expect(decodeHeaders(encodeHeaders(headers))).toEqual(headers)
  })

  it("are written in Kafka's own format", () => {
    expect(encodeHeaders([['ce_id', Buffer.from('42')]]).toString('hex')).toBe('020a63655f6964043432')
  })

  it('are refused where they are cut off', () => {
    const whole = encodeHeaders([['ce_id', Buffer.from('42')]])
    for (let length = 0; length < whole.length; length += 1) {
      expect(() => decodeHeaders(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'outbox-headers-damaged' }),
      )
    }
  })
})
