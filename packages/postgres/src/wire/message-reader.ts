/** Called with each message: its code, and where its body stands. The bytes are only lent: they are written over. */
export type MessageHandler = (code: number, bytes: Buffer, from: number, to: number) => void

const headerSize = 5

/** Cuts the server's bytes into messages, however the network has cut them. */
export class MessageReader {
  readonly #handle: MessageHandler
  /** A message of which only a part has come. */
  #rest = empty
  #restLength = 0

  constructor(handle: MessageHandler) {
    this.#handle = handle
  }

  read(chunk: Buffer): void {
    if (this.#restLength === 0) {
      const read = this.#messagesIn(chunk, chunk.length)
      if (read < chunk.length) this.#keep(chunk, read)
      return
    }
    this.#append(chunk)
    const read = this.#messagesIn(this.#rest, this.#restLength)
    this.#rest.copyWithin(0, read, this.#restLength)
    this.#restLength -= read
    if (this.#restLength === 0) this.#rest = empty
  }

  /** Hands on all complete messages and gives the offset after the last one. */
  #messagesIn(bytes: Buffer, length: number): number {
    let offset = 0
    while (offset + headerSize <= length) {
      const end = offset + 1 + bytes.readUInt32BE(offset + 1)
      if (end > length) break
      this.#handle(bytes[offset] ?? 0, bytes, offset + headerSize, end)
      offset = end
    }
    return offset
  }

  #keep(chunk: Buffer, from: number): void {
    this.#restLength = 0
    this.#append(chunk.subarray(from))
  }

  #append(chunk: Buffer): void {
    const length = this.#restLength + chunk.length
    if (length > this.#rest.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#rest.length * 2))
      this.#rest.copy(larger, 0, 0, this.#restLength)
      this.#rest = larger
    }
    chunk.copy(this.#rest, this.#restLength)
    this.#restLength = length
  }
}

const empty = Buffer.alloc(0)
