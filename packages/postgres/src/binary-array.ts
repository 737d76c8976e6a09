import { writeInt32, writeText } from './write-bytes.ts'

/*
 * A Buffer is sent in PostgreSQL's binary format. An array in that form needs no quoting on this side and no
 * parsing on the other, which is most of the cost of a batch in one statement.
 */

const oid = { bytes: 17, bigint: 20, integer: 23, text: 25 } as const

const header = 20

/** A `text[]` parameter. */
export function textArray(elements: readonly string[]): Buffer {
  // Three bytes is the most that UTF-8 takes for one UTF-16 unit: one look at the lengths, and none at the texts.
  let room = header
  for (const text of elements) room += 4 + text.length * 3
  const bytes = Buffer.allocUnsafe(room)
  begin(bytes, oid.text, elements.length)
  let offset = header
  let before: string | undefined
  let start = 0
  for (const text of elements) {
    if (text === before) {
      // Sources, types and topics are the same from element to element.
      const size = bytes.readInt32BE(start) + 4
      bytes.copyWithin(offset, start, start + size)
      start = offset
      offset += size
      continue
    }
    before = text
    start = offset
    offset = writeText(bytes, text, offset + 4)
    writeInt32(bytes, offset - start - 4, start)
  }
  return bytes.subarray(0, offset)
}

/** A `bytea[]` parameter. */
export function bytesArray(elements: readonly Buffer[]): Buffer {
  let size = header
  for (const element of elements) size += 4 + element.length
  const bytes = Buffer.allocUnsafe(size)
  begin(bytes, oid.bytes, elements.length)
  let offset = header
  for (const element of elements) {
    writeInt32(bytes, element.length, offset)
    bytes.set(element, offset + 4)
    offset += 4 + element.length
  }
  return bytes
}

/** A `bytea[]` parameter of texts that have a character for each byte. */
export function latin1Array(elements: readonly string[]): Buffer {
  let size = header
  for (const element of elements) size += 4 + element.length
  const bytes = Buffer.allocUnsafe(size)
  begin(bytes, oid.bytes, elements.length)
  let offset = header
  for (const element of elements) {
    writeInt32(bytes, element.length, offset)
    bytes.write(element, offset + 4, 'latin1')
    offset += 4 + element.length
  }
  return bytes
}

/** A `bigint[]` parameter. */
export function bigintArray(elements: readonly bigint[]): Buffer {
  const bytes = Buffer.allocUnsafe(header + elements.length * 12)
  begin(bytes, oid.bigint, elements.length)
  let offset = header
  for (const element of elements) {
    writeInt32(bytes, 8, offset)
    const number = Number(element)
    if (number >= 0 && Number.isSafeInteger(number)) {
      writeInt32(bytes, Math.floor(number / 2 ** 32), offset + 4)
      writeInt32(bytes, number % 2 ** 32, offset + 8)
    } else bytes.writeBigInt64BE(element, offset + 4)
    offset += 12
  }
  return bytes
}

/** An `integer[]` parameter. */
export function integerArray(elements: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(header + elements.length * 8)
  begin(bytes, oid.integer, elements.length)
  let offset = header
  for (const element of elements) {
    writeInt32(bytes, 4, offset)
    writeInt32(bytes, element, offset + 4)
    offset += 8
  }
  return bytes
}

function begin(bytes: Buffer, elementOid: number, count: number): void {
  writeInt32(bytes, 1, 0) // dimensions
  writeInt32(bytes, 0, 4) // no element is null
  writeInt32(bytes, elementOid, 8)
  writeInt32(bytes, count, 12)
  writeInt32(bytes, 1, 16) // lower bound
}
