import { sizeOfNumber } from './decimal-bytes.ts'

/** Writers of Avro's primitives that give back where they end, or -1; what lies beyond the bytes is not written. */

const refused = -1
/** Texts longer than this are left to the way that makes room for them. */
const mostText = 8_192

/** Writes a whole number, zig-zag, as Avro writes int and long. The number must be within 2^52 either way. */
export function writeInteger(value: number, bytes: Buffer, start: number): number {
  let at = start
  if (value >= -0x40000000 && value < 0x40000000) {
    let rest = ((value << 1) ^ (value >> 31)) >>> 0
    while (rest > 0x7f) {
      bytes[at++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[at] = rest
    return at + 1
  }
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  while (rest > 0x7fn) {
    bytes[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[at] = Number(rest)
  return at + 1
}

/** Writes a text without half characters and without U+0000, behind its length. */
export function writeText(value: unknown, bytes: Buffer, at: number): number {
  if (typeof value !== 'string') return refused
  const { length } = value
  // Most texts are short and plain; asking Node to write them takes longer than doing it.
  if (length > 63) return writeLongText(value, bytes, at)
  const start = at + 1
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index)
    if (unit === 0 || unit > 0x7f) return writeLongText(value, bytes, at)
    bytes[start + index] = unit
  }
  bytes[at] = length << 1
  return start + length
}

function writeLongText(value: string, bytes: Buffer, at: number): number {
  if (value.length > mostText || !value.isWellFormed() || value.includes('\0')) return refused
  const size = Buffer.byteLength(value)
  const start = writeInteger(size, bytes, at)
  if (start + size > bytes.length) return refused
  bytes.write(value, start)
  return start + size
}

/** Writes bytes as they are. */
export function writeBytes(from: Buffer, bytes: Buffer, start: number): number {
  for (let index = 0; index < from.length; index++) bytes[start + index] = from[index] ?? 0
  return start + from.length
}

/** Writes a whole number as Avro's decimal: its length, then two's complement, big-endian. It must be within 2^47. */
export function writeTwosComplement(value: number, bytes: Buffer, start: number): number {
  const size = sizeOfNumber(value)
  const end = writeInteger(size, bytes, start) + size
  let rest = value
  for (let at = end - 1; at >= end - size; at--) {
    bytes[at] = rest & 0xff
    rest = Math.floor(rest / 0x100)
  }
  return end
}
