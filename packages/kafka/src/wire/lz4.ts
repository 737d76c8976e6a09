import { malformed } from './byte-cursor.ts'
import { tooLarge } from './unpacked-limit.ts'

const magic = 0x184d2204

/** Unpacks LZ4 frames. What they would unpack to is summed up before anything is unpacked. Throws HubError. */
export function unpackLz4(packed: Buffer, limit: number): Buffer {
  const blocks = blocksOf(packed)
  let size = 0
  for (const block of blocks) {
    size += block.stored ? block.end - block.start : unpackedSize(packed, block)
    if (size > limit) throw tooLarge(limit)
  }
  const output = Buffer.allocUnsafe(size)
  let written = 0
  for (const block of blocks) {
    if (block.stored) written += packed.copy(output, written, block.start, block.end)
    else written = unpackBlock(packed, block, output, written)
  }
  return output
}

interface Block {
  readonly start: number
  readonly end: number
  readonly stored: boolean
}

function blocksOf(packed: Buffer): Block[] {
  const blocks: Block[] = []
  let at = 0
  while (at < packed.length) {
    if (at + 7 > packed.length || packed.readUInt32LE(at) !== magic) throw malformed('not an LZ4 frame')
    const flags = packed[at + 4] ?? 0
    at += 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0)
    for (;;) {
      if (at + 4 > packed.length) throw malformed('an LZ4 frame ends too early')
      const header = packed.readUInt32LE(at)
      at += 4
      if (header === 0) break
      const length = header & 0x7fffffff
      if (at + length > packed.length) throw malformed('an LZ4 block ends too early')
      blocks.push({ start: at, end: at + length, stored: header >= 0x80000000 })
      at += length + (flags & 0x10 ? 4 : 0)
    }
    if (flags & 0x04) at += 4
  }
  return blocks
}

function unpackedSize(packed: Buffer, block: Block): number {
  let size = 0
  walk(packed, block, (_, literals, __, matched) => {
    size += literals + matched
  })
  return size
}

function unpackBlock(packed: Buffer, block: Block, output: Buffer, start: number): number {
  let written = start
  walk(packed, block, (from, literals, distance, matched) => {
    packed.copy(output, written, from, from + literals)
    written += literals
    if (matched === 0) return
    if (distance === 0 || distance > written) throw malformed('an LZ4 match points before the beginning')
    written = repeat(output, written, distance, matched)
  })
  return written
}

/** Visits the sequences of a block: literals (where and how many), then a match (how far back and how long). */
function walk(
  packed: Buffer,
  { start, end }: Block,
  visit: (from: number, literals: number, distance: number, matched: number) => void,
): void {
  let at = start
  const longer = (length: number): number => {
    let sum = length
    for (let byte = 255; byte === 255; sum += byte) {
      if (at >= end) throw malformed('an LZ4 length ends too early')
      byte = packed[at++] ?? 0
    }
    return sum
  }
  while (at < end) {
    const token = packed[at++] ?? 0
    const literals = token >> 4 === 15 ? longer(15) : token >> 4
    const from = at
    at += literals
    if (at > end) throw malformed('an LZ4 literal ends too early')
    if (at === end) {
      visit(from, literals, 0, 0)
      return
    }
    if (at + 2 > end) throw malformed('an LZ4 match ends too early')
    const distance = packed.readUInt16LE(at)
    at += 2
    const matched = ((token & 15) === 15 ? longer(15) : token & 15) + 4
    visit(from, literals, distance, matched)
  }
}

/** Repeats what stands `distance` bytes back; the two may overlap, which repeats a pattern. */
export function repeat(output: Buffer, written: number, distance: number, length: number): number {
  let at = written
  let left = length
  while (left > 0) {
    const chunk = Math.min(left, at - written + distance)
    output.copyWithin(at, written - distance, written - distance + chunk)
    at += chunk
    left -= chunk
  }
  return at
}
