/** Odd numbers with nothing in common, to make different fingerprints of one text. */
export const factors = [0x9e3779b1, 0x85ebca77, 0xc2b2ae3d] as const

/** 32 bits that stand for a text; another factor gives other ones, that do not follow from these. Never 0. */
export function fingerprint(text: string, factor: number): number {
  let bits = factor
  for (let index = 0; index < text.length; index += 1) bits = Math.imul(bits ^ text.charCodeAt(index), factor)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) | 0 || 1
}

const numbersPerEntry = 3

/**
 * A table of texts and one value each, of which it keeps fingerprints alone, in memory that is taken once: a map of
 * texts that changes all the time is garbage that has grown old. Two texts meet once in 2^64.
 */
export class FingerprintTable {
  readonly #numbers: Int32Array
  readonly #slots: number
  size = 0

  /** `most`: how many texts it is to hold. */
  constructor(most: number) {
    this.#slots = 2 ** Math.ceil(Math.log2(most * 1.5 + 1))
    this.#numbers = new Int32Array(this.#slots * numbersPerEntry)
  }

  /** The value's fingerprint; 0 where the text is not known. */
  get(first: number, second: number): number {
    return this.#numbers[this.#find(first, second) + 2] ?? 0
  }

  set(first: number, second: number, value: number): void {
    const at = this.#find(first, second)
    if (this.#numbers[at + 2] === 0) this.size += 1
    this.#numbers[at] = first
    this.#numbers[at + 1] = second
    this.#numbers[at + 2] = value
  }

  clear(): void {
    this.#numbers.fill(0)
    this.size = 0
  }

  /** Where the text stands, or would stand. */
  #find(first: number, second: number): number {
    const numbers = this.#numbers
    for (let slot = first & (this.#slots - 1); ; slot = (slot + 1) & (this.#slots - 1)) {
      const at = slot * numbersPerEntry
      if (numbers[at + 2] === 0 || (numbers[at] === first && numbers[at + 1] === second)) return at
    }
  }
}
