import { HubError, type Header } from '@samspill/contracts'

/*
 * Headers stand in the outbox as they stand in a Kafka record (message format 2): a count, then for each header the
 * name's length, the name, the value's length, the value; numbers as zigzag varints. JSON would lose bytes that are
 * not text, and cost more to write and read.
 */

/** Writes record headers as Kafka does. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  let size = varintSize(headers.length)
  for (const [name, value] of headers) {
    const nameLength = Buffer.byteLength(name)
    size += varintSize(nameLength) + nameLength + varintSize(value.length) + value.length
  }
  const buffer = Buffer.allocUnsafe(size)
  let offset = writeVarint(buffer, headers.length, 0)
  for (const [name, value] of headers) {
    offset = writeVarint(buffer, Buffer.byteLength(name), offset)
    offset += buffer.write(name, offset)
    offset = writeVarint(buffer, value.length, offset)
    offset += value.copy(buffer, offset)
  }
  return buffer
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

function varintSize(number: number): number {
  let size = 1
  for (let rest = number * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

function writeVarint(buffer: Buffer, number: number, start: number): number {
  let offset = start
  let rest = number * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) offset = buffer.writeUInt8((rest % 0x80) | 0x80, offset)
  return buffer.writeUInt8(rest, offset)
}

function damaged(): HubError {
  return new HubError('outbox-headers-damaged', 'the headers of an outbox row cannot be read')
}
