import { nodesOf, type SchemaNode } from './schema-tree.ts'

/** The fewest bytes a value of each node can take. */
export function smallestSizes(root: SchemaNode): ReadonlyMap<SchemaNode, number> {
  const sizes = new Map<SchemaNode, number>()
  for (const node of nodesOf(root)) sizeOf(node, sizes)
  return sizes
}

function sizeOf(node: SchemaNode, sizes: Map<SchemaNode, number>): number {
  const known = sizes.get(node)
  if (known !== undefined) return known
  // Where a schema meets itself, at least the byte of the union between has been counted: a lower bound is enough.
  sizes.set(node, 0)
  const size = sizeOfKind(node, sizes)
  sizes.set(node, size)
  return size
}

function sizeOfKind(node: SchemaNode, sizes: Map<SchemaNode, number>): number {
  switch (node.kind) {
    case 'null':
      return 0
    case 'float':
      return 4
    case 'double':
      return 8
    case 'fixed':
      return node.size
    case 'record':
      // Bounded: nested records could otherwise multiply to a number that is none.
      return Math.min(
        0xffff,
        node.fields.reduce((sum, field) => sum + sizeOf(field.node, sizes), 0),
      )
    case 'union':
      return 1 + Math.min(...node.branches.map((branch) => sizeOf(branch, sizes)))
    default:
      return 1
  }
}
