/** Below this a loop is faster than a call into the engine. */
const shortText = 48

/** Writes a text as UTF-8 and gives the offset behind it; there must be room for three bytes for each UTF-16 unit. */
export function writeText(bytes: Buffer, text: string, offset: number): number {
  const { length } = text
  if (length <= shortText) {
    let index = 0
    for (; index < length; index += 1) {
      const unit = text.charCodeAt(index)
      if (unit >= 0x80) break
      bytes[offset + index] = unit
    }
    if (index === length) return offset + length
  }
  return offset + bytes.write(text, offset)
}

/** Writes the low 32 bits of a whole number, the highest byte first. */
export function writeInt32(bytes: Buffer, number: number, offset: number): void {
  bytes[offset] = (number >>> 24) & 0xff
  bytes[offset + 1] = (number >>> 16) & 0xff
  bytes[offset + 2] = (number >>> 8) & 0xff
  bytes[offset + 3] = number & 0xff
}
