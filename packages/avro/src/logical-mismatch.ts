import { nullableBranch, type SchemaNode } from './schema-tree.ts'

/**
 * Finds where two schemas that fit by their bytes mean different things: both name a logical type, and not the same
 * (milliseconds read as microseconds, another decimal scale). Returns the place, or undefined.
 */
export function logicalMismatch(writer: SchemaNode, reader: SchemaNode): string | undefined {
  const seen = new Set<SchemaNode>()
  const visit = (written: SchemaNode, read: SchemaNode, path: string): string | undefined => {
    const from = nullableBranch(written) ?? written
    const to = nullableBranch(read) ?? read
    if (seen.has(from)) return undefined
    seen.add(from)
    if (from.kind === 'record' && to.kind === 'record') {
      const fields = new Map(from.fields.map((field) => [field.name, field.node]))
      for (const field of to.fields) {
        const other = fields.get(field.name)
        const found = other && visit(other, field.node, path === '' ? field.name : `${path}.${field.name}`)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (from.kind === 'array' && to.kind === 'array') return visit(from.items, to.items, `${path}[]`)
    if (from.kind === 'map' && to.kind === 'map') return visit(from.values, to.values, `${path}{}`)
    if (!('logicalType' in from) || !('logicalType' in to)) return undefined
    return sameLogical(from, to) ? undefined : `${path} has another logical type`
  }
  return visit(writer, reader, '')
}

/** Tells whether two logical types mean the same, precision and scale included. */
export function sameLogical(
  one: { readonly logicalType?: string; readonly precision?: number; readonly scale?: number },
  other: { readonly logicalType?: string; readonly precision?: number; readonly scale?: number },
): boolean {
  if (one.logicalType !== other.logicalType) return false
  if (one.logicalType !== 'decimal') return true
  return one.precision === other.precision && (one.scale ?? 0) === (other.scale ?? 0)
}
