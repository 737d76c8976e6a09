import { HubError } from '@samspill/contracts'

/** Reads Kafka's wire types one after another. Throws `bytes-malformed` where the bytes end too early. */
export class ByteCursor {
  readonly bytes: Buffer
  at = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get left(): number {
    return this.bytes.length - this.at
  }

  int8(): number {
    return this.bytes.readInt8(this.#step(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#step(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#step(4))
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#step(8))
  }

  string(): string {
    return this.take(this.int16()).toString('utf8')
  }

  /** A view of the next bytes, not a copy. */
  take(length: number): Buffer {
    const start = this.#step(length)
    return this.bytes.subarray(start, start + length)
  }

  /** Goes past so many bytes; past none where the length is negative, as that of a null is. */
  pass(length: number): void {
    if (length > 0) this.#step(length)
  }

  /** A zigzag number of at most 32 bits. */
  varint(): number {
    // Nearly all of them are lengths that one byte holds.
    const first = this.bytes[this.at] ?? 0x80
    if (first < 0x80) {
      this.at += 1
      return (first >>> 1) ^ -(first & 1)
    }
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1)
    }
    throw malformed('a number is too long')
  }

  /** A zigzag number of at most 64 bits; as a number, since the times and offsets it counts stay below 2^53. */
  varlong(): number {
    let value = 0
    let unit = 1
    for (let bytes = 0; bytes < 10; bytes += 1) {
      const byte = this.#byte()
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      unit *= 0x80
    }
    throw malformed('a number is too long')
  }

  #byte(): number {
    return this.bytes[this.#step(1)] ?? 0
  }

  #step(length: number): number {
    const start = this.at
    if (length < 0 || start + length > this.bytes.length) throw malformed('the bytes end too early')
    this.at = start + length
    return start
  }
}

/** An error about bytes that are not what they should be; the reason never repeats them. */
export function malformed(reason: string): HubError {
  return new HubError('bytes-malformed', reason)
}
