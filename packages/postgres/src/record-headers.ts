import { HubError, type Header } from '@samspill/contracts'
import { writeText } from './write-bytes.ts'

/*
 * Headers stand in the outbox as they stand in a Kafka record (message format 2): a count, then for each header the
 * name's length, the name, the value's length, the value; numbers as zigzag varints. JSON would lose bytes that are
 * not text, and cost more to write and read.
 */

/** Writes record headers as Kafka does. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  const bytes = Buffer.allocUnsafe(mostBytesOfHeaders(headers))
  return bytes.subarray(0, writeHeaders(bytes, headers, 0))
}

/** More bytes than the headers can take. */
export function mostBytesOfHeaders(headers: readonly Header[]): number {
  let most = mostVarintBytes
  for (const [name, value] of headers) most += 2 * mostVarintBytes + name.length * 3 + value.length
  return most
}

/** Writes headers where there is room for the most that they can take, and gives the offset behind them. */
export function writeHeaders(bytes: Buffer, headers: readonly Header[], start: number): number {
  let offset = writeVarint(bytes, headers.length, start)
  for (const [name, value] of headers) {
    offset = writeName(bytes, name, offset)
    offset = writeVarint(bytes, value.length, offset)
    bytes.set(value, offset)
    offset += value.length
  }
  return offset
}

/** Reads what encodeHeaders wrote. Throws `outbox-headers-damaged`. */
export function decodeHeaders(buffer: Buffer): Header[] {
  let offset = 0
  const length = (): number => {
    let raw = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = buffer[offset]
      if (byte === undefined) throw damaged()
      offset += 1
      raw += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
    }
    throw damaged()
  }
  const bytes = (): Buffer => {
    const size = length()
    if (size < 0 || offset + size > buffer.length) throw damaged()
    offset += size
    return buffer.subarray(offset - size, offset)
  }
  const count = length()
  if (count < 0 || count > buffer.length) throw damaged()
  const headers: Header[] = []
  for (let index = 0; index < count; index += 1) headers.push([bytes().toString(), bytes()])
  return headers
}

/** A name with its length before it; the length of a short one takes one byte. */
function writeName(bytes: Buffer, name: string, offset: number): number {
  const end = writeText(bytes, name, offset + 1)
  const length = end - offset - 1
  if (length < 64) {
    bytes[offset] = length * 2
    return end
  }
  return writeText(bytes, name, writeVarint(bytes, length, offset))
}

const mostVarintBytes = 5

function writeVarint(bytes: Buffer, number: number, start: number): number {
  let offset = start
  let rest = number * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[offset++] = (rest % 0x80) | 0x80
  bytes[offset] = rest
  return offset + 1
}

function damaged(): HubError {
  return new HubError('outbox-headers-damaged', 'the headers of an outbox row cannot be read')
}
