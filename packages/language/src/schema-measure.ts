import { isJsonObject, own, ownText, type JsonObject } from './json.ts'
import { fullName, primitives } from './schema-walk.ts'

/** How much a schema can hold once every name is followed to what it names. */
export interface Measure {
  /** Levels of nesting; Infinity where a record holds itself. */
  readonly depth: number
  /** Fields, nested ones counted wherever they are used. */
  readonly fields: number
  /** The least number of bytes a value takes is zero: an array of a billion of them fits in six bytes. */
  readonly zeroBytes: boolean
}

const leaf: Measure = { depth: 0, fields: 0, zeroBytes: false }
const deepestRead = 64

/** Measures schemas that may name the given types; each named type is measured once. */
export function schemaMeasurer(named: ReadonlyMap<string, JsonObject>): (node: unknown) => Measure {
  const measured = new Map<string, Measure>()
  const open = new Set<string>()
  return (node) => measure(node, '', 0)

  function measure(node: unknown, namespace: string, level: number): Measure {
    if (level > deepestRead) return { depth: Number.POSITIVE_INFINITY, fields: 0, zeroBytes: false }
    if (typeof node === 'string') return measureName(node, namespace, level)
    if (Array.isArray(node)) return together(node.map((branch) => measure(branch, namespace, level + 1)))
    if (!isJsonObject(node)) return leaf
    const type = own(node, 'type')
    if (typeof type !== 'string') return measure(type, namespace, level + 1)
    switch (type) {
      case 'record':
        return measureRecord(node, ownText(node, 'namespace') ?? namespace, level)
      case 'array':
      case 'map': {
        const of = measure(own(node, type === 'array' ? 'items' : 'values'), namespace, level + 1)
        return { depth: of.depth + 1, fields: of.fields, zeroBytes: false }
      }
      case 'fixed':
        return { ...leaf, zeroBytes: own(node, 'size') === 0 }
      default:
        return measureName(type, namespace, level)
    }
  }

  function measureName(name: string, namespace: string, level: number): Measure {
    if (name === 'null') return { ...leaf, zeroBytes: true }
    const full = fullName(name, namespace)
    const definition = primitives.has(name) ? undefined : named.get(full)
    return definition === undefined ? leaf : measure(definition, full.slice(0, full.lastIndexOf('.')), level + 1)
  }

  function measureRecord(record: JsonObject, namespace: string, level: number): Measure {
    const name = fullName(ownText(record, 'name') ?? '', namespace)
    const known = measured.get(name)
    if (known !== undefined) return known
    if (open.has(name)) return { depth: Number.POSITIVE_INFINITY, fields: 0, zeroBytes: false }
    open.add(name)
    const fields = own(record, 'fields')
    const parts = Array.isArray(fields)
      ? fields.map((field) => measure(isJsonObject(field) ? own(field, 'type') : undefined, namespace, level + 1))
      : []
    open.delete(name)
    const result: Measure = {
      depth: 1 + Math.max(0, ...parts.map((part) => part.depth)),
      fields: parts.reduce((sum, part) => sum + 1 + part.fields, 0),
      zeroBytes: parts.every((part) => part.zeroBytes),
    }
    measured.set(name, result)
    return result
  }
}

/** A union takes a byte for its branch, so it is never of zero bytes. */
function together(parts: readonly Measure[]): Measure {
  return {
    depth: Math.max(0, ...parts.map((part) => part.depth)),
    fields: parts.reduce((sum, part) => sum + part.fields, 0),
    zeroBytes: false,
  }
}
