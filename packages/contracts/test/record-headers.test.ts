import { describe, expect, it } from 'vitest'
import { decodeHeaders, encodeHeaders, headersInWireForm, headerText, noHeaders, type Header } from '../src/index.ts'

describe('record headers in the form of the wire', () => {
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
      expect(() => decodeHeaders(headersInWireForm(whole.subarray(0, length)))).toThrow(
        expect.objectContaining({ code: 'headers-damaged' }),
      )
    }
  })

  it('are found by name, the first one where a name repeats', () => {
    const headers = encodeHeaders([
      ['ce_id', Buffer.from('4711')],
      ['ce_source', Buffer.from('/nav/søknad')],
      ['ce_id', Buffer.from('4712')],
    ])
    expect(headerText(headers, 'ce_id')).toBe('4711')
    expect(headerText(headers, 'ce_source')).toBe('/nav/søknad')
    expect(headerText(headers, 'ce_type')).toBeUndefined()
    expect(headerText(noHeaders, 'ce_id')).toBeUndefined()
  })

  it('take a value that is null, as other clients write it, for an empty one', () => {
    const nullValue = headersInWireForm(Buffer.from([2, 2, 0x61, 1]))
    expect(decodeHeaders(nullValue)).toEqual([['a', Buffer.alloc(0)]])
  })
})
