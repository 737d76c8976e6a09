import { describe, expect, it } from 'vitest'
import { MessageReader } from '../../src/wire/message-reader.ts'

const message = (code: string, body: string): Buffer => {
  const bytes = Buffer.alloc(5 + body.length)
  bytes.write(code)
  bytes.writeUInt32BE(4 + body.length, 1)
  bytes.write(body, 5)
  return bytes
}

describe('reading messages from the network', () => {
  const sent = [
    ['C', 'INSERT 0 1'],
    ['2', ''],
    ['D', 'x'.repeat(300)],
    ['Z', 'T'],
  ] as const
  const bytes = Buffer.concat(sent.map(([code, body]) => message(code, body)))

  const readIn = (chunkSize: number): string[][] => {
    const read: string[][] = []
    const reader = new MessageReader((code, from, start, end) =>
      read.push([String.fromCharCode(code), from.toString('latin1', start, end)]),
    )
    for (let offset = 0; offset < bytes.length; offset += chunkSize) {
      reader.read(Buffer.from(bytes.subarray(offset, offset + chunkSize)))
    }
    return read
  }

  it.each([1, 2, 3, 4, 5, 6, 7, 20, 100, 319, bytes.length])('finds every message in chunks of %i bytes', (size) => {
    expect(readIn(size)).toEqual(sent.map(([code, body]) => [code, body]))
  })
})
