import { isUtf8 } from 'node:buffer'
import { forbiddenNames } from './schema-limits.ts'

/** More than a number holds exactly is left to who says so by name. */
const longestInteger = 7
/** Decimals of so many bytes are whole numbers that a number holds exactly. */
const mostDecimalBytes = 6
const exactDigits = 14

/** Avro bytes that are looked through, making no objects: each step moves on and says whether all was well. */
export class CheckedBytes {
  at: number
  readonly #bytes: Buffer
  #textStart = 0
  #textEnd = 0
  #text: string | undefined

  constructor(bytes: Buffer, start: number) {
    this.#bytes = bytes
    this.at = start
  }

  /** The text that `text` moved past last. */
  get lastText(): string {
    return (this.#text ??= this.#bytes.toString('utf8', this.#textStart, this.#textEnd))
  }

  /** A whole number, zig-zag; not a number where it is too long, or the bytes end. */
  integer(): number {
    const bytes = this.#bytes
    let unsigned = 0
    let factor = 1
    for (let count = 0; count < longestInteger && this.at < bytes.length; count++) {
      const byte = bytes[this.at++] ?? 0
      unsigned += (byte & 0x7f) * factor
      if (byte < 0x80) return unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2
      factor *= 128
    }
    return Number.NaN
  }

  skip(length: number): boolean {
    this.at += length
    return length >= 0 && this.at <= this.#bytes.length
  }

  boolean(): boolean {
    const byte = this.#bytes[this.at++]
    return byte === 0 || byte === 1
  }

  binary(): boolean {
    return this.skip(this.integer())
  }

  /** A text that is UTF-8 and without U+0000. */
  text(): boolean {
    const length = this.integer()
    const start = this.at
    if (!this.skip(length)) return false
    this.#textStart = start
    this.#textEnd = this.at
    this.#text = undefined
    for (let at = start; at < this.at; at++) {
      const byte = this.#bytes[at] ?? 0
      if (byte === 0) return false
      if (byte >= 0x80) return isUtf8(this.#bytes.subarray(start, this.at)) && !this.lastText.includes('\0')
    }
    return true
  }

  mapKey(): boolean {
    return this.text() && !forbiddenNames.has(this.lastText)
  }

  /** A decimal of at most `precision` digits that is short enough to be counted here. */
  decimal(precision: number): boolean {
    const size = this.integer()
    const start = this.at
    if (!(size >= 1 && size <= mostDecimalBytes) || !this.skip(size)) return false
    return Math.abs(this.#bytes.readIntBE(start, size)) < 10 ** Math.min(precision, exactDigits)
  }

  /** The blocks of an array or a map, each with a plain count. */
  blocks(item: (bytes: CheckedBytes) => boolean): boolean {
    for (;;) {
      const count = this.integer()
      if (count === 0) return true
      // An item takes a byte at least, so a count that asks for more than there is ends at the end of the bytes.
      if (!(count > 0)) return false
      for (let number = 0; number < count; number++) if (!item(this)) return false
    }
  }
}
