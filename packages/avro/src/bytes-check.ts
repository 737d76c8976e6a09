import { CheckedBytes } from './checked-bytes.ts'
import { daysOfLocalDate } from '@samspill/contracts'
import { defaultDecodeLimits } from './decode-limits.ts'
import { textRule } from './json-form.ts'
import { largestLong, smallestLong } from './long-range.ts'
import { isRecursive, nullableBranch, unfoldedSize, type SchemaNode } from './schema-tree.ts'
import { smallestSizes } from './smallest-size.ts'
import type { LeafNode } from './value-form.ts'

/**
 * Checks the Avro body of one record, from `start` on (0 unless told), by the rules that `fromJson` has for its JSON, and
 * gives back the text of one of its fields. Undefined where anything is wrong or unusual: decoding says what.
 */
export type BytesCheck = (body: Buffer, start?: number) => string | undefined

/** Moves past one value; false where it is not what it should be. */
type Check = (bytes: CheckedBytes) => boolean

/** Within these no count of items or values can pass the limits of decoding. */
const mostBytes = 64 * 1024
/** A schema that unfolds to more asks for more than its bytes do. */
const mostNodes = 10_000
const dayMilliseconds = 86_400_000

/** Compiles the check of a record whose top-level text `field` is wanted; undefined for unusual schemas. */
export function compileBytesCheck(root: SchemaNode, field: string): BytesCheck | undefined {
  if (root.kind !== 'record' || isRecursive(root) || unfoldedSize(root) > mostNodes) return undefined
  const wanted = root.fields.findIndex(({ name, node }) => name === field && node.kind === 'string')
  const compiler = new CheckCompiler(root)
  const checks = root.fields.map(({ node }) => compiler.check(node, 1))
  if (wanted < 0 || !compiler.possible) return undefined
  return (body, start = 0) => {
    if (body.length > mostBytes) return undefined
    const bytes = new CheckedBytes(body, start)
    let text = ''
    for (let index = 0; index < checks.length; index++) {
      if (!checks[index]?.(bytes)) return undefined
      if (index === wanted) text = bytes.lastText
    }
    return bytes.at === body.length ? text : undefined
  }
}

class CheckCompiler {
  /** False once something was met that a plain check cannot judge. */
  possible = true
  readonly #sizes: ReadonlyMap<SchemaNode, number>

  constructor(root: SchemaNode) {
    this.#sizes = smallestSizes(root)
  }

  check(node: SchemaNode, depth: number): Check {
    if (depth > defaultDecodeLimits.depth) this.possible = false
    switch (node.kind) {
      case 'record': {
        const fields = node.fields.map((field) => this.check(field.node, depth + 1))
        return (bytes) => fields.every((check) => check(bytes))
      }
      case 'array': {
        if (this.#sizes.get(node.items) === 0) this.possible = false
        const item = this.check(node.items, depth + 1)
        return (bytes) => bytes.blocks(item)
      }
      case 'map': {
        const value = this.check(node.values, depth + 1)
        return (bytes) => bytes.blocks((entry) => entry.mapKey() && value(entry))
      }
      case 'union': {
        const present = nullableBranch(node)
        if (present === undefined) this.possible = false
        const check = this.check(present ?? { kind: 'null' }, depth)
        const nullIndex = node.branches.findIndex((branch) => branch.kind === 'null')
        return (bytes) => {
          const branch = bytes.integer()
          return branch === nullIndex || (branch === 1 - nullIndex && check(bytes))
        }
      }
      default:
        return leafCheck(node)
    }
  }
}

function leafCheck(node: LeafNode): Check {
  switch (node.kind) {
    case 'string': {
      const rule = textRule(node.logicalType)
      return rule === undefined ? (bytes) => bytes.text() : (bytes) => bytes.text() && rule(bytes.lastText)
    }
    case 'int':
      return node.logicalType === 'date' ? within(firstDay, lastDay) : within(-0x80000000, 0x7fffffff)
    case 'long':
      return node.logicalType === 'timestamp-millis'
        ? within(firstDay * dayMilliseconds, (lastDay + 1) * dayMilliseconds - 1)
        : within(smallestLong, largestLong)
    case 'enum':
      return within(0, node.symbols.length - 1)
    case 'boolean':
      return (bytes) => bytes.boolean()
    case 'bytes': {
      const { precision = 0 } = node
      return node.logicalType === 'decimal' ? (bytes) => bytes.decimal(precision) : (bytes) => bytes.binary()
    }
    case 'fixed':
      return (bytes) => bytes.skip(node.size)
    case 'float':
      return (bytes) => bytes.skip(4)
    case 'double':
      return (bytes) => bytes.skip(8)
    case 'null':
      return () => true
  }
}

function within(least: number, most: number): Check {
  return (bytes) => {
    const value = bytes.integer()
    return value >= least && value <= most
  }
}

const firstDay = daysOfLocalDate('0000-01-01') ?? 0
const lastDay = daysOfLocalDate('9999-12-31') ?? 0
