import { isUtf8 } from 'node:buffer'
import { problem, type HttpProblem } from '@samspill/http'

/** How a field is written on Protobuf's wire: the names are those of its specification. */
type WireType = 0 | 1 | 2 | 5

const longestVarint = 10
/** Varints of so few bytes are numbers that JavaScript holds exactly. */
const exactVarint = 7

/**
 * The fields of one Protobuf message, read one after another in place. Lengths are judged before they are believed, and
 * nothing is made of what is passed over. Every method throws HttpProblem 400 `protobuf-malformed`.
 */
export class ProtobufMessage {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number
  #wireType: WireType = 0

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  /** Moves on to the next field and gives its number; 0 where the message ends. */
  next(): number {
    if (this.#at === this.#end) return 0
    const tag = this.#unsigned()
    const field = Math.floor(tag / 8)
    const wireType = tag % 8
    if (field < 1 || field > 0x1fffffff) throw malformed()
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) throw malformed()
    this.#wireType = wireType
    return field
  }

  /** Passes over the value of a field that nobody asks for. */
  skip(): void {
    switch (this.#wireType) {
      case 0:
        this.#unsigned()
        return
      case 1:
        this.#take(8)
        return
      case 2:
        this.#take(this.#unsigned())
        return
      case 5:
        this.#take(4)
    }
  }

  /** Whether a field of the type `bool` is true. */
  boolean(): boolean {
    return this.integer() !== 0
  }

  /** A field of the type `int32` or `int64`. Throws for what JavaScript does not hold exactly, too. */
  integer(): number {
    this.#expect(0)
    const start = this.#at
    const unsigned = this.#unsigned()
    if (this.#at - start <= exactVarint) return unsigned
    let exact = 0n
    for (let at = this.#at - 1; at >= start; at--) exact = (exact << 7n) | BigInt((this.#bytes[at] ?? 0) & 0x7f)
    const signed = Number(BigInt.asIntN(64, exact))
    if (!Number.isSafeInteger(signed)) throw malformed()
    return signed
  }

  /** A field of the type `string`; `known` is given back where it is the same text. */
  text(known = ''): string {
    const start = this.#lengthDelimited()
    const end = this.#at
    if (end - start === known.length && this.#is(known, start)) return known
    for (let at = start; at < end; at++) {
      if ((this.#bytes[at] ?? 0) < 0x80) continue
      if (!isUtf8(this.#bytes.subarray(start, end))) throw malformed()
      return this.#bytes.toString('utf8', start, end)
    }
    return this.#bytes.toString('latin1', start, end)
  }

  /** A field of the type `bytes`: a part of the whole, not a copy. */
  binary(): Buffer {
    const start = this.#lengthDelimited()
    return this.#bytes.subarray(start, this.#at)
  }

  /** A field that is a message itself. */
  message(): ProtobufMessage {
    const start = this.#lengthDelimited()
    return new ProtobufMessage(this.#bytes, start, this.#at)
  }

  /** A varint; what lies beyond 2^53 is not exact. */
  #unsigned(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < longestVarint && this.#at < this.#end; count++) {
      const byte = this.#bytes[this.#at++] ?? 0
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 0x80
    }
    throw malformed()
  }

  #lengthDelimited(): number {
    this.#expect(2)
    return this.#take(this.#unsigned())
  }

  /** Moves past so many bytes and gives back where they begin. */
  #take(length: number): number {
    const start = this.#at
    if (length > this.#end - start) throw malformed()
    this.#at += length
    return start
  }

  #expect(wireType: WireType): void {
    if (this.#wireType !== wireType) throw malformed()
  }

  #is(text: string, start: number): boolean {
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index)
      if (unit >= 0x80 || this.#bytes[start + index] !== unit) return false
    }
    return true
  }
}

function malformed(): HttpProblem {
  return problem(
    400,
    'protobuf-malformed',
    'This is not a Protobuf message as the CloudEvents Protobuf format describes it. Encode it with cloudevents.proto.',
  )
}
