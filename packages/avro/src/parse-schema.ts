import { HubError } from '@samspill/contracts'
import { defaultSchemaLimits, forbiddenNames, maximumFields, type SchemaLimits } from './schema-limits.ts'
import {
  holdsItself,
  nodesOf,
  type EnumNode,
  type FieldNode,
  type FixedNode,
  type Logical,
  type PrimitiveKind,
  type RecordNode,
  type SchemaNode,
} from './schema-tree.ts'

/**
 * Reads an Avro schema (parsed JSON) into a tree, within limits, whoever wrote it.
 * Throws HubError `schema-invalid` that names the place in the schema and the rule.
 */
export function parseSchema(schema: unknown, limits: SchemaLimits = defaultSchemaLimits): SchemaNode {
  const node = new SchemaParser(limits).node(schema, '', 'schema', 0)
  refuseEndless(node)
  return node
}

type Writable<Node> = { -readonly [Key in keyof Node]: Node[Key] }

class SchemaParser {
  readonly #limits: SchemaLimits
  readonly #named = new Map<string, SchemaNode>()
  #parts = 0
  #fields = 0

  constructor(limits: SchemaLimits) {
    this.#limits = limits
  }

  node(schema: unknown, namespace: string, path: string, depth: number): SchemaNode {
    if (depth > this.#limits.depth) {
      throw invalid(path, `is nested deeper than ${this.#limits.depth}: split it into flatter records`)
    }
    if (typeof schema === 'string') return this.#reference(schema, namespace, path)
    if (Array.isArray(schema)) return this.#union(schema, namespace, path, depth)
    if (!isObject(schema)) throw invalid(path, 'is no Avro type')
    const type = schema['type']
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(schema, namespace, path, depth)
      case 'enum':
        return this.#enum(schema, namespace, path)
      case 'fixed':
        return this.#fixed(schema, namespace, path)
      case 'array':
        return { kind: 'array', items: this.node(schema['items'], namespace, `${path}[]`, depth + 1) }
      case 'map':
        return { kind: 'map', values: this.node(schema['values'], namespace, `${path}{}`, depth + 1) }
      default: {
        const inner = this.node(type, namespace, path, depth + 1)
        return isPrimitiveKind(inner.kind) ? { kind: inner.kind, ...logicalOf(schema) } : inner
      }
    }
  }

  #reference(name: string, namespace: string, path: string): SchemaNode {
    if (isPrimitiveKind(name)) return { kind: name }
    const known = this.#named.get(name.includes('.') || namespace === '' ? name : `${namespace}.${name}`)
    if (known === undefined) throw invalid(path, 'names a type that is not defined before it')
    return known
  }

  #union(branches: readonly unknown[], namespace: string, path: string, depth: number): SchemaNode {
    this.#count(branches.length, path)
    if (branches.length === 0) throw invalid(path, 'is a union without branches')
    const nodes = branches.map((branch, index) => this.node(branch, namespace, `${path}|${index}`, depth + 1))
    if (nodes.some((node) => node.kind === 'union')) throw invalid(path, 'is a union directly inside a union')
    const names = nodes.map((node) => ('name' in node ? node.name : node.kind))
    if (new Set(names).size < names.length) throw invalid(path, 'is a union with the same branch twice')
    return { kind: 'union', branches: nodes }
  }

  #record(schema: Readonly<Record<string, unknown>>, outer: string, path: string, depth: number): RecordNode {
    const { name, namespace } = nameOf(schema, outer, path)
    const node: Writable<RecordNode> = { kind: 'record', name, aliases: aliasesOf(schema, path), fields: [] }
    this.#define(node, path)
    const fields = schema['fields']
    if (!Array.isArray(fields)) throw invalid(path, 'is a record without a list of fields')
    this.#count(fields.length, path)
    this.#fields += fields.length
    if (this.#fields > maximumFields) throw invalid(path, `has more than ${maximumFields} fields: split the event type`)
    node.fields = fields.map((field: unknown) => this.#field(field, namespace, path, depth))
    if (new Set(node.fields.map((field) => field.name)).size < fields.length) throw invalid(path, 'has a field twice')
    return node
  }

  #field(field: unknown, namespace: string, path: string, depth: number): FieldNode {
    if (!isObject(field) || typeof field['name'] !== 'string') throw invalid(path, 'has a field without a name')
    const name = plainName(field['name'], path)
    const fieldPath = path === 'schema' ? name : `${path}.${name}`
    const hasDefault = Object.hasOwn(field, 'default')
    return {
      name,
      node: this.node(field['type'], namespace, fieldPath, depth + 1),
      aliases: aliasesOf(field, fieldPath),
      hasDefault,
      ...(hasDefault ? { default: field['default'] } : {}),
    }
  }

  #enum(schema: Readonly<Record<string, unknown>>, outer: string, path: string): EnumNode {
    const { name } = nameOf(schema, outer, path)
    const symbols = schema['symbols']
    if (!Array.isArray(symbols) || symbols.length === 0) throw invalid(path, 'is an enum without symbols')
    this.#count(symbols.length, path)
    const names = symbols.map((symbol: unknown) => plainName(symbol, path))
    if (new Set(names).size < names.length) throw invalid(path, 'has a symbol twice')
    const value = schema['default']
    if (value !== undefined && !(typeof value === 'string' && names.includes(value)))
      throw invalid(path, 'has a default that is no symbol')
    const node: EnumNode = {
      kind: 'enum',
      name,
      aliases: aliasesOf(schema, path),
      symbols: names,
      ...(typeof value === 'string' ? { default: value } : {}),
    }
    this.#define(node, path)
    return node
  }

  #fixed(schema: Readonly<Record<string, unknown>>, outer: string, path: string): FixedNode {
    const { name } = nameOf(schema, outer, path)
    const size = schema['size']
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > this.#limits.fixedSize) {
      throw invalid(path, `is a fixed whose size is not from 1 to ${this.#limits.fixedSize} bytes`)
    }
    const node: FixedNode = { kind: 'fixed', name, aliases: aliasesOf(schema, path), size, ...logicalOf(schema) }
    this.#define(node, path)
    return node
  }

  #define(node: RecordNode | EnumNode | FixedNode, path: string): void {
    if (this.#named.has(node.name)) throw invalid(path, 'defines a name that is defined already')
    this.#named.set(node.name, node)
  }

  #count(parts: number, path: string): void {
    this.#parts += parts
    if (this.#parts > this.#limits.parts)
      throw invalid(path, `makes the schema larger than ${this.#limits.parts} parts`)
  }
}

function nameOf(schema: Readonly<Record<string, unknown>>, outer: string, path: string) {
  const given = schema['name']
  if (typeof given !== 'string') throw invalid(path, 'has no name')
  const dot = given.lastIndexOf('.')
  const declared = schema['namespace']
  if (declared !== undefined && typeof declared !== 'string') throw invalid(path, 'has a namespace that is no text')
  const namespace = dot >= 0 ? given.slice(0, dot) : (declared ?? outer)
  const parts = namespace === '' ? [] : namespace.split('.')
  const name = [...parts, given.slice(dot + 1)].map((part) => plainName(part, path)).join('.')
  if (isPrimitiveKind(name)) throw invalid(path, 'has the name of a primitive type')
  return { name, namespace }
}

function plainName(name: unknown, path: string): string {
  if (typeof name !== 'string' || !/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name)) {
    throw invalid(path, 'has a name that is not letters, digits and _, not beginning with a digit')
  }
  if (forbiddenNames.has(name)) throw invalid(path, 'has a name that JavaScript reads as more than a name')
  return name
}

function aliasesOf(schema: Readonly<Record<string, unknown>>, path: string): readonly string[] {
  const aliases = schema['aliases'] ?? []
  if (!Array.isArray(aliases)) throw invalid(path, 'has aliases that are no list')
  return aliases.map((alias: unknown) =>
    String(alias)
      .split('.')
      .map((part) => plainName(part, path))
      .join('.'),
  )
}

function logicalOf(schema: Readonly<Record<string, unknown>>): Logical {
  const { logicalType, precision, scale } = schema
  return {
    ...(typeof logicalType === 'string' ? { logicalType } : {}),
    ...(typeof precision === 'number' ? { precision } : {}),
    ...(typeof scale === 'number' ? { scale } : {}),
  }
}

/** A record that holds itself without a union, array or map between takes no bytes and never ends. */
function refuseEndless(root: SchemaNode): void {
  const fieldNodes = (node: SchemaNode) => (node.kind === 'record' ? node.fields.map((field) => field.node) : [])
  if (Array.from(nodesOf(root)).some((node) => holdsItself(node, fieldNodes))) {
    throw invalid('schema', 'has a record that holds itself and never ends')
  }
}

const primitiveKinds: ReadonlySet<string> = new Set<PrimitiveKind>([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
])

function isPrimitiveKind(name: string): name is PrimitiveKind {
  return primitiveKinds.has(name)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(path: string, rule: string): HubError {
  return new HubError('schema-invalid', `${path} ${rule}`)
}
