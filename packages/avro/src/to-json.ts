import { textOfMoment } from '@samspill/contracts'
import { nullableBranch, type SchemaNode } from './schema-tree.ts'

/** The JSON form of data that a contract describes. */
export function jsonOf(node: SchemaNode, value: unknown): unknown {
  switch (node.kind) {
    case 'record': {
      const from: object = typeof value === 'object' && value !== null ? value : {}
      return Object.fromEntries(
        node.fields.map((field) => [field.name, jsonOf(field.node, Reflect.get(from, field.name))]),
      )
    }
    case 'array':
      return Array.isArray(value) ? value.map((item: unknown) => jsonOf(node.items, item)) : []
    case 'map': {
      const entries = Object.entries(typeof value === 'object' && value !== null ? value : {})
      return Object.fromEntries(entries.map(([key, item]) => [key, jsonOf(node.values, item)]))
    }
    case 'union': {
      const present = nullableBranch(node)
      return value === null || value === undefined || present === undefined ? null : jsonOf(present, value)
    }
    case 'long':
      return node.logicalType === 'timestamp-millis' ? timeOf(value) : value
    case 'bytes':
    case 'fixed':
      return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
    default:
      return value
  }
}

const furthestMilliseconds = 8.64e15

/** A moment that no calendar can write stays the number that it is. */
function timeOf(value: unknown): unknown {
  return typeof value === 'number' && Math.abs(value) <= furthestMilliseconds ? textOfMoment(value) : value
}
