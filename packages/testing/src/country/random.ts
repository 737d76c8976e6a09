import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same seed. */
export interface Random {
  /** A whole number from `least` to `most`, both included. */
  integer(least: number, most: number): number
  /** True in `share` of the draws; 0 is never, 1 is always. */
  chance(share: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Picks in proportion to the weights. */
  pickWeighted<Item extends { readonly weight: number }>(items: readonly Item[]): Item
  /** A version 4 UUID. */
  uuid(): string
  /** Another source, not moved by how much is drawn from this one. */
  branch(name: string): Random
}

/**
 * Makes a source of numbers from a seed: xoshiro128** (Blackman and Vigna, 2018), its state filled by SHA-256 of the
 * seed. Not for secrets.
 */
export function randomFrom(seed: string): Random {
  const digest = createHash('sha256').update(seed).digest()
  const state = Uint32Array.from({ length: 4 }, (_, index) => digest.readUInt32LE(index * 4))
  const fraction = (): number => next(state) / 2 ** 32
  const random: Random = {
    integer: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (share) => fraction() < share,
    pick: (items) => itemAt(items, random.integer(0, items.length - 1)),
    pickWeighted: (items) => {
      let rest = fraction() * items.reduce((sum, item) => sum + item.weight, 0)
      return items.find((item) => (rest -= item.weight) < 0) ?? itemAt(items, items.length - 1)
    },
    uuid: () => {
      const bytes = Uint8Array.from({ length: 16 }, () => random.integer(0, 255))
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
    },
    branch: (name) => randomFrom(`${seed}/${name}`),
  }
  return random
}

function next(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, d = 0] = state
  const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0
  const third = c ^ a
  const fourth = d ^ b
  state.set([a ^ fourth, b ^ third, third ^ (b << 9), rotate(fourth, 11)])
  return result
}

function rotate(value: number, count: number): number {
  return ((value << count) | (value >>> (32 - count))) >>> 0
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index]
  if (item === undefined) throw new RangeError('there is nothing to pick from: the list is empty')
  return item
}
