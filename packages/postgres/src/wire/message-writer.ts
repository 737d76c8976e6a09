import { writeInt32, writeText } from '../write-bytes.ts'
import { parameterOf } from './parameter.ts'

const firstSize = 64 * 1024
/** Room for a message's fixed parts: code, lengths, counts, ends of names. */
const frame = 32

const code = { parse: 0x50, bind: 0x42, describe: 0x44, execute: 0x45, sync: 0x53, query: 0x51 } as const

/** Writes the messages of PostgreSQL's extended query protocol, one behind the other, into one buffer. */
export class MessageWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(firstSize)
  /** How many bytes are written and not yet taken. */
  length = 0

  /** Gives what is written. The bytes stay as they are until `reuse` is called, or for good where it is not. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.length)
    this.#bytes = empty
    this.length = 0
    return taken
  }

  /** Gives taken bytes back, which nobody reads any more, to be written again. */
  reuse(taken: Buffer): void {
    if (this.#bytes.length > 0 || taken.buffer.byteLength !== firstSize) return
    this.#bytes = Buffer.from(taken.buffer)
  }

  /** Takes back what was written since the length was this. */
  rewind(length: number): void {
    this.length = length
  }

  /** A statement under a name of the connection's own, or without a name where it is ''. */
  parse(name: string, text: string): void {
    this.#ensure(frame + name.length + text.length * 3)
    const start = this.#begin(code.parse)
    this.#name(name)
    this.#name(text)
    this.#int16(0)
    this.#end(start)
  }

  describe(what: 'portal' | 'statement', name: string): void {
    this.#ensure(frame + name.length)
    const start = this.#begin(code.describe)
    this.#bytes[this.length++] = what === 'portal' ? 0x50 : 0x53
    this.#name(name)
    this.#end(start)
  }

  /** Binds values to a statement; `formats` says which columns come back in binary form (1), none where it is left out. */
  bind(name: string, values: readonly unknown[], formats: readonly (0 | 1)[] | undefined): void {
    this.#ensure(frame + name.length + values.length * 8 + (formats?.length ?? 0) * 2)
    const start = this.#begin(code.bind)
    this.#name('')
    this.#name(name)
    this.#int16(values.length)
    let format = this.length
    this.length += values.length * 2
    this.#int16(values.length)
    // By number: an iterator for the values of each statement is garbage.
    for (let index = 0; index < values.length; index += 1) {
      const isBinary = this.#value(values[index])
      this.#bytes[format++] = 0
      this.#bytes[format++] = isBinary ? 1 : 0
    }
    this.#ensure(frame + (formats?.length ?? 0) * 2)
    this.#int16(formats?.length ?? 0)
    for (const column of formats ?? []) this.#int16(column)
    this.#end(start)
  }

  execute(): void {
    this.#copy(executeAll)
  }

  sync(): void {
    this.#copy(syncMessage)
  }

  /** Text of one or several commands, for the simple query protocol. */
  query(text: string): void {
    this.#ensure(frame + text.length * 3)
    const start = this.#begin(code.query)
    this.#name(text)
    this.#end(start)
  }

  /** Writes one value with its length before it, and says whether it is in binary form. */
  #value(value: unknown): boolean {
    const parameter = parameterOf(value)
    if (parameter === null) {
      this.#ensure(frame)
      this.#int32(-1)
      return false
    }
    if (typeof parameter === 'string') {
      this.#ensure(frame + parameter.length * 3)
      const start = this.length
      this.length += 4
      this.#text(parameter)
      writeInt32(this.#bytes, this.length - start - 4, start)
      return false
    }
    this.#ensure(frame + parameter.length)
    this.#int32(parameter.length)
    this.length += parameter.copy(this.#bytes, this.length)
    return true
  }

  #begin(messageCode: number): number {
    this.#bytes[this.length++] = messageCode
    this.length += 4
    return this.length - 4
  }

  #end(start: number): void {
    writeInt32(this.#bytes, this.length - start, start)
  }

  #name(text: string): void {
    this.#text(text)
    this.#bytes[this.length++] = 0
  }

  #text(text: string): void {
    this.length = writeText(this.#bytes, text, this.length)
  }

  #copy(message: Buffer): void {
    this.#ensure(message.length)
    this.length += message.copy(this.#bytes, this.length)
  }

  #int16(number: number): void {
    this.#bytes[this.length++] = (number >>> 8) & 0xff
    this.#bytes[this.length++] = number & 0xff
  }

  #int32(number: number): void {
    writeInt32(this.#bytes, number, this.length)
    this.length += 4
  }

  #ensure(room: number): void {
    if (this.#bytes.length - this.length >= room) return
    const larger = Buffer.allocUnsafeSlow(Math.max(firstSize, this.#bytes.length * 2, this.length + room))
    this.#bytes.copy(larger, 0, 0, this.length)
    this.#bytes = larger
  }
}

const empty = Buffer.alloc(0)
const syncMessage = Buffer.from([code.sync, 0, 0, 0, 4])
/** The unnamed portal, all rows. */
const executeAll = Buffer.from([code.execute, 0, 0, 0, 9, 0, 0, 0, 0, 0])
