import { decimalToBytes } from './decimal-bytes.ts'
import { largestLong, smallestLong } from './long-range.ts'
import type { EnumNode, Logical } from './schema-tree.ts'
import { wrongType, type LeafReading } from './value-form.ts'

/** The rules of leaves that both forms share. */
export function readInteger(kind: 'int' | 'long', value: unknown): LeafReading {
  if (typeof value !== 'number' || !Number.isInteger(value)) return wrongType('a whole number')
  const [smallest, largest] = kind === 'int' ? [-0x80000000, 0x7fffffff] : [smallestLong, largestLong]
  if (value >= smallest && value <= largest) return { value }
  return { rule: 'out-of-range', message: `must be a whole number from ${smallest} to ${largest}` }
}

export function readFloatingPoint(value: unknown): LeafReading {
  return typeof value === 'number' ? { value } : wrongType('a number')
}

/** U+0000 is refused at the door, since PostgreSQL holds no such text: each service would stand still at the event. */
export function readText(value: unknown): LeafReading {
  if (typeof value !== 'string') return wrongType('a text')
  if (value.isWellFormed() && !value.includes('\0')) return { value }
  return { rule: 'invalid-value', message: 'must be a text without half characters and without U+0000' }
}

export function readSymbol(node: EnumNode, value: unknown): LeafReading {
  if (typeof value !== 'string') return wrongType('a text')
  if (node.symbols.includes(value)) return { value }
  const shown = node.symbols.slice(0, 20).join(', ')
  return { rule: 'unknown-symbol', message: `must be one of ${shown}${node.symbols.length > 20 ? ', …' : ''}` }
}

export function readDecimal(logical: Logical, value: unknown): LeafReading {
  const scale = logical.scale ?? 0
  const precision = logical.precision ?? 0
  if (typeof value !== 'string') return wrongType('a decimal number as text, e.g. "12.50"')
  if (decimalToBytes(value, precision, scale) !== undefined) return { value }
  return {
    rule: 'invalid-value',
    message: `must be a decimal number as text, at most ${precision} digits, ${scale} of them after the point`,
  }
}
