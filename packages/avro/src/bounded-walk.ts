import { isUtf8 } from 'node:buffer'
import { ByteCursor } from './byte-cursor.ts'
import { defaultDecodeLimits, type DecodeLimits } from './decode-limits.ts'
import { DecodeError } from './failures.ts'
import { smallestSizes } from './smallest-size.ts'
import { forbiddenNames } from './schema-limits.ts'
import type { ArrayNode, MapNode, RecordNode, SchemaNode } from './schema-tree.ts'

/** Walks bytes as a schema describes them, making nothing, before anything is allowed to make objects of them. */
export interface BoundedWalk {
  /** Throws DecodeError where the bytes are not exactly one value of the schema, or ask for more than the limits. */
  check(body: Buffer): void
}

/** Makes the walk of one schema; `node` may come from outside. */
export function createBoundedWalk(node: SchemaNode, limits: DecodeLimits = defaultDecodeLimits): BoundedWalk {
  const sizes = smallestSizes(node)
  return { check: (body) => new Walk(body, sizes, limits).whole(node) }
}

class Walk {
  readonly #bytes: ByteCursor
  readonly #sizes: ReadonlyMap<SchemaNode, number>
  readonly #limits: DecodeLimits
  readonly #path: string[] = []
  #depth = 0
  #items = 0
  #emptyItems = 0
  #values = 0

  constructor(body: Buffer, sizes: ReadonlyMap<SchemaNode, number>, limits: DecodeLimits) {
    this.#bytes = new ByteCursor(body, () =>
      this.#path
        .slice(0, this.#depth)
        .filter((name) => name !== '')
        .join('.'),
    )
    this.#sizes = sizes
    this.#limits = limits
  }

  whole(node: SchemaNode): void {
    this.#value(node)
    if (this.#bytes.remaining > 0) {
      throw new DecodeError('decode-trailing-bytes', 'bytes are left after the end of the data')
    }
  }

  #value(node: SchemaNode): void {
    const bytes = this.#bytes
    if (++this.#values > this.#limits.values) throw bytes.fail('decode-too-many-items', 'too many values in one event')
    switch (node.kind) {
      case 'null':
        return
      case 'boolean':
        return bytes.boolean()
      case 'int':
        return bytes.int()
      case 'long':
        return bytes.exactLong()
      case 'float':
        return bytes.skip(4)
      case 'double':
        return bytes.skip(8)
      case 'bytes':
        return bytes.skip(bytes.length())
      case 'fixed':
        return bytes.skip(node.size)
      case 'string':
        return this.#text()
      case 'enum':
        bytes.index(node.symbols.length)
        return
      case 'union': {
        const branch = node.branches[bytes.index(node.branches.length)]
        return branch === undefined ? undefined : this.#value(branch)
      }
      case 'record':
        return this.#record(node)
      case 'array':
      case 'map':
        return this.#blocks(node)
    }
  }

  #record(node: RecordNode): void {
    this.#enter()
    for (const field of node.fields) {
      this.#path[this.#depth - 1] = field.name
      this.#value(field.node)
    }
    this.#depth--
  }

  #blocks(node: ArrayNode | MapNode): void {
    this.#enter()
    const bytes = this.#bytes
    const item = node.kind === 'array' ? node.items : node.values
    const size = (this.#sizes.get(item) ?? 0) + (node.kind === 'map' ? 1 : 0)
    for (let count = bytes.long(); count !== 0; count = bytes.long()) {
      let end = -1
      if (count < 0) {
        count = -count
        end = bytes.length() + bytes.position
        if (end > bytes.end) throw bytes.fail('decode-truncated', 'a block is longer than the value')
      }
      this.#claim(count, size)
      for (let number = 0; number < count; number++) {
        if (node.kind === 'map') this.#key()
        this.#value(item)
      }
      if (end >= 0 && bytes.position !== end)
        throw bytes.fail('decode-invalid', 'a block has another size than it says')
    }
    this.#depth--
  }

  /** A count is believed only as far as the bytes that are left can hold it. */
  #claim(count: number, size: number): void {
    if (count * size > this.#bytes.remaining) {
      throw this.#bytes.fail('decode-truncated', 'more items are announced than the bytes can hold')
    }
    this.#items += count
    if (size === 0) this.#emptyItems += count
    if (this.#items > this.#limits.items || this.#emptyItems > this.#limits.emptyItems) {
      throw this.#bytes.fail('decode-too-many-items', `more than ${this.#limits.items} items in one event`)
    }
  }

  #key(): void {
    const length = this.#bytes.length()
    const start = this.#bytes.position
    this.#bytes.skip(length)
    const key = this.#bytes.slice(start, length)
    if (!isUtf8(key)) throw this.#bytes.fail('decode-invalid', 'a map key is not UTF-8')
    if (length <= 11 && forbiddenNames.has(key.toString())) {
      throw this.#bytes.fail('decode-forbidden-name', 'a map has a key that JavaScript reads as more than a name')
    }
  }

  #text(): void {
    const length = this.#bytes.length()
    const start = this.#bytes.position
    this.#bytes.skip(length)
    if (!this.#bytes.isText(start, length)) throw this.#bytes.fail('decode-invalid', 'a text is not UTF-8')
  }

  #enter(): void {
    this.#depth++
    this.#path[this.#depth - 1] = ''
    if (this.#depth > this.#limits.depth) {
      throw this.#bytes.fail('decode-too-deep', `nested deeper than ${this.#limits.depth}`)
    }
  }
}
