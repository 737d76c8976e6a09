import { isUtf8 } from 'node:buffer'
import { DecodeError, type DecodeCode } from './failures.ts'
import { largestLong, smallestLong } from './long-range.ts'

/** Reads Avro's binary primitives from bytes that may be anything; each read is bounded and each failure is a DecodeError. */
export class ByteCursor {
  readonly end: number
  position = 0
  readonly #bytes: Buffer
  readonly #place: () => string

  /** `place` names the field that is being read, for messages. */
  constructor(bytes: Buffer, place: () => string) {
    this.#bytes = bytes
    this.#place = place
    this.end = bytes.length
  }

  get remaining(): number {
    return this.end - this.position
  }

  boolean(): void {
    if (this.position >= this.end) throw this.#truncated()
    const byte = this.#bytes[this.position++]
    if (byte !== 0 && byte !== 1) throw this.fail('decode-invalid', 'a boolean is neither 0 nor 1')
  }

  int(): void {
    const value = this.long()
    if (value < -0x80000000 || value > 0x7fffffff) throw this.fail('decode-invalid', 'an int is beyond 32 bits')
  }

  /** A long that a JavaScript number holds exactly. */
  exactLong(): void {
    const value = this.long()
    if (value < smallestLong || value > largestLong) {
      throw this.fail('decode-long-out-of-range', 'a long is beyond what a number holds exactly (about 2^53)')
    }
  }

  /** Any long, rounded where a JavaScript number cannot hold it, but never to the other sign. */
  long(): number {
    const negative = ((this.#bytes[this.position] ?? 0) & 1) === 1
    let unsigned = 0
    let factor = 1
    for (let count = 0; count < 10; count++) {
      if (this.position >= this.end) throw this.#truncated()
      const byte = this.#bytes[this.position++] ?? 0
      unsigned += (byte & 0x7f) * factor
      if (byte < 0x80) return negative ? -Math.floor(unsigned / 2) - 1 : unsigned / 2
      factor *= 128
    }
    throw this.fail('decode-invalid', 'a number is longer than 64 bits')
  }

  /** A length in bytes, not negative. */
  length(): number {
    const length = this.long()
    if (length < 0) throw this.fail('decode-invalid', 'a length is negative')
    return length
  }

  /** An index below `count`. */
  index(count: number): number {
    const index = this.long()
    if (index < 0 || index >= count) throw this.fail('decode-invalid', `an index is not below ${count}`)
    return index
  }

  skip(length: number): void {
    if (length > this.remaining) throw this.#truncated()
    this.position += length
  }

  slice(start: number, length: number): Buffer {
    return this.#bytes.subarray(start, start + length)
  }

  /** Tells whether the bytes are UTF-8; most texts are short and plain, and need no slice to see it. */
  isText(start: number, length: number): boolean {
    if (length > 64) return isUtf8(this.slice(start, length))
    const end = start + length
    for (let at = start; at < end; at++) if ((this.#bytes[at] ?? 0) >= 0x80) return isUtf8(this.slice(start, length))
    return true
  }

  fail(code: DecodeCode, rule: string): DecodeError {
    const place = this.#place()
    return new DecodeError(code, place === '' ? rule : `${place}: ${rule}`)
  }

  #truncated(): DecodeError {
    return this.fail('decode-truncated', 'the bytes end before the data does')
  }
}
