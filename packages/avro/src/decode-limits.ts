/** What one event's bytes may ask for, whatever its schema says. */
export interface DecodeLimits {
  /** Array items and map entries, all together. */
  readonly items: number
  /** Of those, items that take no bytes (nulls, empty records): five bytes can claim millions of them. */
  readonly emptyItems: number
  /** Values of any kind, all together. */
  readonly values: number
  /** Nesting of records, arrays and maps. */
  readonly depth: number
}

export const defaultDecodeLimits: DecodeLimits = { items: 100_000, emptyItems: 10_000, values: 1_000_000, depth: 64 }
