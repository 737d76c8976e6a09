import { malformed } from './byte-cursor.ts'
import { repeat } from './lz4.ts'
import { tooLarge } from './unpacked-limit.ts'

/** How Java's snappy streams begin; blocks with a length before each follow a version and a compatible version. */
const framed = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

/** Unpacks Snappy, bare or in Java's framing. The declared lengths are summed up before anything is unpacked. */
export function unpackSnappy(packed: Buffer, limit: number): Buffer {
  const blocks = blocksOf(packed)
  let size = 0
  for (const block of blocks) {
    size += declaredLength(block).length
    if (size > limit) throw tooLarge(limit)
  }
  const output = Buffer.allocUnsafe(size)
  let written = 0
  for (const block of blocks) written = unpackBlock(block, output, written)
  return output
}

function blocksOf(packed: Buffer): Buffer[] {
  if (!packed.subarray(0, framed.length).equals(framed)) return [packed]
  const blocks: Buffer[] = []
  let at = framed.length + 8
  while (at < packed.length) {
    if (at + 4 > packed.length) throw malformed('a Snappy stream ends too early')
    const length = packed.readInt32BE(at)
    at += 4
    if (length < 0 || at + length > packed.length) throw malformed('a Snappy block ends too early')
    blocks.push(packed.subarray(at, at + length))
    at += length
  }
  return blocks
}

function declaredLength(block: Buffer): { length: number; start: number } {
  let length = 0
  for (let start = 0; start < 5; start += 1) {
    const byte = block[start]
    if (byte === undefined) break
    length += (byte & 0x7f) * 2 ** (7 * start)
    if (byte < 0x80) return { length, start: start + 1 }
  }
  throw malformed('a Snappy block does not say its length')
}

function unpackBlock(block: Buffer, output: Buffer, begin: number): number {
  const { length, start } = declaredLength(block)
  const end = begin + length
  let at = start
  let written = begin
  const little = (bytes: number): number => {
    if (at + bytes > block.length) throw malformed('a Snappy block ends too early')
    at += bytes
    return block.readUIntLE(at - bytes, bytes)
  }
  while (at < block.length) {
    const tag = little(1)
    if ((tag & 3) === 0) {
      const short = tag >> 2
      const literals = (short < 60 ? short : little(short - 59)) + 1
      if (at + literals > block.length || written + literals > end) throw malformed('a Snappy literal is too long')
      block.copy(output, written, at, at + literals)
      at += literals
      written += literals
      continue
    }
    const near = (tag & 3) === 1
    const matched = near ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1
    const distance = near ? ((tag >> 5) << 8) + little(1) : little((tag & 3) === 2 ? 2 : 4)
    if (distance === 0 || distance > written - begin) throw malformed('a Snappy match points before the beginning')
    if (written + matched > end) throw malformed('a Snappy match is too long')
    written = repeat(output, written, distance, matched)
  }
  if (written !== end) throw malformed('a Snappy block is shorter than it says')
  return written
}
