/** A parsed Avro schema: references resolved (recursive schemas are cyclic), names full, nothing but what reading needs. */
export type SchemaNode = PrimitiveNode | FixedNode | EnumNode | ArrayNode | MapNode | UnionNode | RecordNode

export type PrimitiveKind = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'string' | 'bytes'

/** What a logical type adds to the bytes beneath it. */
export interface Logical {
  readonly logicalType?: string
  readonly precision?: number
  readonly scale?: number
}

export interface PrimitiveNode extends Logical {
  readonly kind: PrimitiveKind
}

export interface FixedNode extends Logical {
  readonly kind: 'fixed'
  readonly name: string
  readonly aliases: readonly string[]
  /** Bytes. */
  readonly size: number
}

export interface EnumNode {
  readonly kind: 'enum'
  readonly name: string
  readonly aliases: readonly string[]
  readonly symbols: readonly string[]
  readonly default?: string
}

export interface ArrayNode {
  readonly kind: 'array'
  readonly items: SchemaNode
}

export interface MapNode {
  readonly kind: 'map'
  readonly values: SchemaNode
}

export interface UnionNode {
  readonly kind: 'union'
  readonly branches: readonly SchemaNode[]
}

export interface RecordNode {
  readonly kind: 'record'
  readonly name: string
  readonly aliases: readonly string[]
  /** Filled after the node is known by name, so that a record can hold itself. */
  readonly fields: readonly FieldNode[]
}

export interface FieldNode {
  readonly name: string
  readonly node: SchemaNode
  readonly aliases: readonly string[]
  readonly hasDefault: boolean
  /** The default as the schema writes it. */
  readonly default?: unknown
}

/** The branch beside null of `null | T`; undefined for every other schema. */
export function nullableBranch(node: SchemaNode): SchemaNode | undefined {
  if (node.kind !== 'union' || node.branches.length !== 2) return undefined
  const others = node.branches.filter((branch) => branch.kind !== 'null')
  return others.length === 1 ? others[0] : undefined
}

/** How a message names a type, e.g. `int (date)` or `nav.layoffs.Employer`. */
export function describeNode(node: SchemaNode): string {
  switch (node.kind) {
    case 'record':
    case 'enum':
    case 'fixed':
      return `${node.kind} ${node.name}`
    case 'array':
      return `array of ${describeNode(node.items)}`
    case 'map':
      return `map of ${describeNode(node.values)}`
    case 'union':
      return node.branches.map(describeNode).join(' | ')
    default:
      return node.logicalType === undefined ? node.kind : `${node.kind} (${node.logicalType})`
  }
}

/** Every node of the schema, once. */
export function nodesOf(root: SchemaNode): ReadonlySet<SchemaNode> {
  return new Set(placesOf(root).keys())
}

/** Every node of the schema with the place where it is met first, e.g. `periods[].from`; the root's is empty. */
export function placesOf(root: SchemaNode): ReadonlyMap<SchemaNode, string> {
  const places = new Map<SchemaNode, string>()
  const visit = (node: SchemaNode, place: string): void => {
    if (places.has(node)) return
    places.set(node, place)
    if (node.kind === 'record') {
      for (const field of node.fields) visit(field.node, place === '' ? field.name : `${place}.${field.name}`)
    } else for (const inner of innerNodes(node)) visit(inner, place + markOf(node))
  }
  visit(root, '')
  return places
}

function markOf(node: SchemaNode): string {
  if (node.kind === 'array') return '[]'
  return node.kind === 'map' ? '{}' : ''
}

/** Tells whether a value of the schema can hold another of the same type at any depth. */
export function isRecursive(root: SchemaNode): boolean {
  return holdsItself(root, innerNodes)
}

/**
 * How many nodes a schema has that does not hold itself, with a named type counted at each place where it stands: what
 * one value of it asks to be looked at. A few named types, each used often by the next, are millions.
 */
export function unfoldedSize(root: SchemaNode): number {
  const sizes = new Map<SchemaNode, number>()
  const sizeOf = (node: SchemaNode): number => {
    const known = sizes.get(node)
    if (known !== undefined) return known
    const size = innerNodes(node).reduce((sum, inner) => sum + sizeOf(inner), 1)
    sizes.set(node, size)
    return size
  }
  return sizeOf(root)
}

/** Tells whether following `inner` from a node comes back to it. */
export function holdsItself(root: SchemaNode, inner: (node: SchemaNode) => readonly SchemaNode[]): boolean {
  const open = new Set<SchemaNode>()
  const done = new Set<SchemaNode>()
  const visit = (node: SchemaNode): boolean => {
    if (done.has(node)) return false
    if (open.has(node)) return true
    open.add(node)
    const found = inner(node).some(visit)
    open.delete(node)
    done.add(node)
    return found
  }
  return visit(root)
}

function innerNodes(node: SchemaNode): readonly SchemaNode[] {
  switch (node.kind) {
    case 'record':
      return node.fields.map((field) => field.node)
    case 'union':
      return node.branches
    case 'array':
      return [node.items]
    case 'map':
      return [node.values]
    default:
      return []
  }
}
