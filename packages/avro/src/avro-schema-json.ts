import type { SchemaNode } from './schema-tree.ts'

/**
 * The plain Avro schema of a tree, for avsc: only what reading needs, so that nothing of an untrusted schema's text
 * (documentation, aliases, defaults, unknown attributes) goes further.
 */
export function schemaJson(node: SchemaNode, defined: Set<string> = new Set()): unknown {
  switch (node.kind) {
    case 'record':
      if (defined.has(node.name)) return node.name
      defined.add(node.name)
      return {
        type: 'record',
        name: node.name,
        fields: node.fields.map((field) => ({ name: field.name, type: schemaJson(field.node, defined) })),
      }
    case 'enum':
      if (defined.has(node.name)) return node.name
      defined.add(node.name)
      return { type: 'enum', name: node.name, symbols: node.symbols }
    case 'fixed':
      if (defined.has(node.name)) return node.name
      defined.add(node.name)
      return { type: 'fixed', name: node.name, size: node.size }
    case 'array':
      return { type: 'array', items: schemaJson(node.items, defined) }
    case 'map':
      return { type: 'map', values: schemaJson(node.values, defined) }
    case 'union':
      return node.branches.map((branch) => schemaJson(branch, defined))
    default:
      return node.kind
  }
}
