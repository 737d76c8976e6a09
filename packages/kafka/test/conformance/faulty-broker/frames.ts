/** Splits a stream of bytes into Kafka's frames: each begins with its length. */
export class Frames {
  #rest = Buffer.alloc(0)

  /** Takes the next bytes and gives back the frames that are complete, without their lengths. */
  take(bytes: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const frames: Buffer[] = []
    for (;;) {
      const end = this.#rest.length < 4 ? Number.POSITIVE_INFINITY : 4 + this.#rest.readInt32BE(0)
      if (this.#rest.length < end) return frames
      frames.push(this.#rest.subarray(4, end))
      this.#rest = this.#rest.subarray(end)
    }
  }
}

/** A frame as it goes on the wire. */
export function framed(frame: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(frame.length)
  return Buffer.concat([length, frame])
}

/** Writes Kafka's plain types one after another. */
export class FrameWriter {
  readonly #parts: Buffer[] = []

  int16(value: number): this {
    const bytes = Buffer.alloc(2)
    bytes.writeInt16BE(value)
    return this.bytes(bytes)
  }

  int32(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return this.bytes(bytes)
  }

  int64(value: bigint): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(value)
    return this.bytes(bytes)
  }

  /** A text, or null. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const bytes = Buffer.from(value)
    return this.int16(bytes.length).bytes(bytes)
  }

  bytes(value: Buffer): this {
    this.#parts.push(value)
    return this
  }

  get frame(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
