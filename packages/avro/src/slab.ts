import type { Type } from 'avsc'

const slabSize = 64 * 1024
const firstSize = 4 * 1024

/**
 * Gives each encoded value its own part of a larger buffer, without copying. A part is never written twice, so it may
 * be kept as long as one likes; it then keeps its slab of 64 KiB.
 */
export class Slab {
  #bytes = Buffer.alloc(0)
  #free = 0

  /** Encodes the value and leaves `headerSize` bytes before it free for the caller. Throws what avsc throws. */
  write(type: Type, value: unknown, headerSize: number): Buffer {
    if (this.#bytes.length - this.#free < firstSize) this.#renew()
    const start = this.#free
    const end = type.encode(value, this.#bytes, start + headerSize)
    if (end >= 0) {
      this.#free = end
      return this.#bytes.subarray(start, end)
    }
    // avsc tells how many bytes were missing; what needs so much gets a buffer of its own.
    const own = Buffer.allocUnsafeSlow(this.#bytes.length - start - end)
    const ownEnd = type.encode(value, own, headerSize)
    if (ownEnd < 0) throw new RangeError('the value changed while it was encoded')
    return own.subarray(0, ownEnd)
  }

  /**
   * Lets `write` put a value behind `headerSize` free bytes; it tells where it ends. Undefined where it gives up with -1
   * or finds no room.
   */
  fill(headerSize: number, write: (bytes: Buffer, at: number) => number): Buffer | undefined {
    if (this.#bytes.length - this.#free < firstSize) this.#renew()
    const start = this.#free
    const end = write(this.#bytes, start + headerSize)
    if (end < 0 || end > this.#bytes.length) return undefined
    this.#free = end
    return this.#bytes.subarray(start, end)
  }

  #renew(): void {
    this.#bytes = Buffer.allocUnsafeSlow(slabSize)
    this.#free = 0
  }
}
