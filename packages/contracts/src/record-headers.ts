import { HubError } from './failure.ts'

declare const inWireForm: unique symbol

/**
 * The headers of one record as they stand in Kafka's message format 2: a count, then for each header the name's length,
 * the name, the value's length, the value; numbers as zigzag varints. They are made once and stay so in outbox, produce
 * request and parked row.
 */
export type RecordHeaders = Buffer & { readonly [inWireForm]: true }

/** One record header; order is kept and names may repeat. */
export type Header = readonly [name: string, value: Buffer]

/** The headers of a record that has none. */
export const noHeaders: RecordHeaders = Buffer.alloc(1) as Uint8Array as RecordHeaders

/** Takes bytes for headers, as they came from where headers were written; `decodeHeaders` tells what is none. */
export function headersInWireForm(bytes: Buffer): RecordHeaders {
  return bytes as Uint8Array as RecordHeaders
}

/** Writes headers as Kafka does. */
export function encodeHeaders(headers: readonly Header[]): RecordHeaders {
  const parts = [lengthBytes(headers.length)]
  for (const [name, value] of headers) {
    const nameBytes = Buffer.from(name)
    parts.push(lengthBytes(nameBytes.length), nameBytes, lengthBytes(value.length), value)
  }
  return headersInWireForm(Buffer.concat(parts))
}

/** Reads headers; a value that is null is empty. Throws `headers-damaged`. */
export function decodeHeaders(headers: RecordHeaders): Header[] {
  const decoded: Header[] = []
  const cursor = new HeaderCursor(headers)
  while (cursor.next()) decoded.push([cursor.name(), cursor.value()])
  return decoded
}

/** The first value of a name as text; undefined where there is none. Throws `headers-damaged`. */
export function headerText(headers: RecordHeaders, name: string): string | undefined {
  const cursor = new HeaderCursor(headers)
  while (cursor.next()) if (cursor.hasName(name)) return cursor.text()
  return undefined
}

/** Walks through headers without an object for each; one that is not asked for costs no more than its lengths. */
export class HeaderCursor {
  readonly #bytes: RecordHeaders
  #at = 0
  #left: number
  #nameStart = 0
  #nameEnd = 0
  #valueStart = 0

  constructor(bytes: RecordHeaders) {
    this.#bytes = bytes
    const count = this.#length()
    if (count < 0 || count > bytes.length) throw damaged()
    this.#left = count
  }

  /** Goes to the next header; false behind the last one. */
  next(): boolean {
    if (this.#left === 0) return false
    this.#left -= 1
    const nameLength = this.#length()
    this.#nameStart = this.#at
    this.#nameEnd = this.#step(Math.max(0, nameLength))
    const valueLength = this.#length()
    this.#valueStart = this.#at
    this.#step(Math.max(0, valueLength))
    return true
  }

  get isEmpty(): boolean {
    return this.#valueStart === this.#at
  }

  get nameLength(): number {
    return this.#nameEnd - this.#nameStart
  }

  /** Whether it has this name, without making a text of its bytes where the name is ASCII. */
  hasName(name: string): boolean {
    return isTextOf(name, this.#bytes, this.#nameStart, this.#nameEnd)
  }

  /** Whether its value is this text. */
  hasText(text: string): boolean {
    return isTextOf(text, this.#bytes, this.#valueStart, this.#at)
  }

  name(): string {
    return this.#bytes.toString('utf8', this.#nameStart, this.#nameEnd)
  }

  /** A view of the value, not a copy. */
  value(): Buffer {
    return this.#bytes.subarray(this.#valueStart, this.#at)
  }

  text(): string {
    return this.#bytes.toString('utf8', this.#valueStart, this.#at)
  }

  #step(length: number): number {
    if (this.#at + length > this.#bytes.length) throw damaged()
    this.#at += length
    return this.#at
  }

  #length(): number {
    let raw = 0
    for (let scale = 1; scale < 2 ** 35; scale *= 0x80) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) break
      this.#at += 1
      raw += (byte & 0x7f) * scale
      if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
    }
    throw damaged()
  }
}

function isTextOf(text: string, bytes: Buffer, start: number, end: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index)
    if (character >= 0x80) return bytes.toString('utf8', start, end) === text
    if (bytes[start + index] !== character) return false
  }
  return end - start === text.length
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(mostLengthBytes)
  return bytes.subarray(0, writeLength(bytes, length, 0))
}

/** More than the length of anything that fits into a record takes. */
const mostLengthBytes = 5

/** Writes a length as a zigzag varint and gives the offset behind it. */
export function writeLength(bytes: Buffer, length: number, start: number): number {
  let at = start
  let rest = length * 2
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80
  bytes[at++] = rest
  return at
}

function damaged(): HubError {
  return new HubError('headers-damaged', 'the headers of a record cannot be read')
}
