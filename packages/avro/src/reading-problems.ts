import type { Incompatibility, IncompatibilityRule } from './compatibility.ts'
import { sameLogical } from './logical-mismatch.ts'
import { describeNode, type EnumNode, type RecordNode, type SchemaNode } from './schema-tree.ts'

/** Backward: the later schema reads. Forward: the earlier one reads. */
type Direction = 'backward' | 'forward'

/** Finds why data written with one schema cannot be read with another; `full` says that promotions are no way out. */
export function readingProblems(
  writer: SchemaNode,
  reader: SchemaNode,
  direction: Direction,
  full: boolean,
): readonly Incompatibility[] {
  const comparison = new Comparison(direction, full)
  comparison.compare(writer, reader, '')
  return comparison.problems
}

class Comparison {
  readonly problems: Incompatibility[] = []
  readonly #direction: Direction
  readonly #full: boolean
  readonly #compared = new Map<SchemaNode, Set<SchemaNode>>()

  constructor(direction: Direction, full: boolean) {
    this.#direction = direction
    this.#full = full
  }

  compare(writer: SchemaNode, reader: SchemaNode, path: string): void {
    const compared = this.#compared.get(writer) ?? new Set()
    if (compared.has(reader)) return
    this.#compared.set(writer, compared.add(reader))

    if (writer.kind === 'union' || reader.kind === 'union') return this.#compareUnions(writer, reader, path)
    if (writer.kind === 'record' && reader.kind === 'record') return this.#compareRecords(writer, reader, path)
    if (writer.kind === 'enum' && reader.kind === 'enum') return this.#compareEnums(writer, reader, path)
    if (writer.kind === 'array' && reader.kind === 'array') return this.compare(writer.items, reader.items, `${path}[]`)
    if (writer.kind === 'map' && reader.kind === 'map') return this.compare(writer.values, reader.values, `${path}{}`)
    if (writer.kind === 'fixed' && reader.kind === 'fixed') {
      this.#compareNames(writer, reader, path)
      if (writer.size !== reader.size) this.#add(path, 'size-changed', 'has another size: add a new field beside it')
    }
    if (writer.kind !== reader.kind) return this.#compareKinds(writer, reader, path)
    if ('logicalType' in writer || 'logicalType' in reader) {
      if (!sameLogical(logicalOf(writer), logicalOf(reader))) this.#logicalChanged(writer, reader, path)
    }
  }

  #compareKinds(writer: SchemaNode, reader: SchemaNode, path: string): void {
    const [earlier, later] = this.#inTime(writer, reader)
    const change = `was ${describeNode(earlier)} and is ${describeNode(later)}`
    if (promotes(writer, reader)) {
      // Readable this way round. The other way round is judged when the roles are turned.
      if (!this.#full && !sameLogical(logicalOf(writer), logicalOf(reader))) this.#logicalChanged(writer, reader, path)
    } else if (promotes(reader, writer)) {
      const rule = this.#direction === 'forward' ? 'type-widened' : 'type-narrowed'
      const who = this.#direction === 'forward' ? 'readers of the earlier version' : 'readers of this version'
      this.#add(path, rule, `${change}, which ${who} cannot read: keep the type and add a new field beside it`)
    } else {
      this.#add(path, 'type-changed', `${change}: keep the type and add a new nullable field beside it`)
    }
  }

  #logicalChanged(writer: SchemaNode, reader: SchemaNode, path: string): void {
    const [earlier, later] = this.#inTime(writer, reader)
    const change = `was ${describeLogical(earlier)} and is ${describeLogical(later)}`
    this.#add(
      path,
      'logical-type-changed',
      `${change}: the same bytes would mean something else. Add a new field beside it`,
    )
  }

  #compareUnions(writer: SchemaNode, reader: SchemaNode, path: string): void {
    const written = branchesOf(writer)
    const read = branchesOf(reader)
    const unreadableNull = written.some(isNull) && !read.some(isNull)
    if (unreadableNull) {
      this.#add(
        path,
        'nullability-changed',
        this.#direction === 'forward'
          ? 'may be null now, and readers of the earlier version cannot read that: add a new nullable field beside it'
          : 'may not be null any more, and earlier events hold null: keep `null | T`, or begin a new event type (.v2)',
      )
    }
    const readable = read.filter((branch) => !isNull(branch))
    for (const branch of written.filter((found) => !isNull(found))) {
      const match =
        readable.find((other) => other.kind === branch.kind && nameOf(other) === nameOf(branch)) ?? readable[0]
      if (match) this.compare(branch, match, path)
    }
  }

  #compareRecords(writer: RecordNode, reader: RecordNode, path: string): void {
    this.#compareNames(writer, reader, path)
    const written = new Map(writer.fields.map((field) => [field.name, field]))
    for (const field of reader.fields) {
      const from = written.get(field.name)
      const fieldPath = path === '' ? field.name : `${path}.${field.name}`
      if (from) this.compare(from.node, field.node, fieldPath)
      else if (!field.hasDefault) {
        if (this.#direction === 'backward') {
          this.#add(
            fieldPath,
            'field-added-without-default',
            'is new and has no default, and earlier events lack it: write ["null", T] with "default": null',
          )
        } else {
          this.#add(
            fieldPath,
            'field-removed-without-default',
            'is gone and had no default, and readers of the earlier version need it: keep it, or begin a new event type (.v2)',
          )
        }
      }
    }
  }

  #compareEnums(writer: EnumNode, reader: EnumNode, path: string): void {
    this.#compareNames(writer, reader, path)
    if (reader.default !== undefined) return
    const unknown = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol)).join(', ')
    if (unknown === '') return
    if (this.#direction === 'forward') {
      this.#add(
        path,
        'symbol-added-without-default',
        `has the new symbols ${unknown}, and the earlier version has no default for symbols it does not know: add a new field beside it`,
      )
    } else {
      this.#add(
        path,
        'symbol-removed-without-default',
        `lacks the symbols ${unknown}, which earlier events hold: keep them, or give the enum a "default"`,
      )
    }
  }

  #compareNames(writer: NamedNode, reader: NamedNode, path: string): void {
    if (writer.name === reader.name) return
    const [earlier, later] = this.#inTime(writer, reader)
    const change = `was named ${nameOf(earlier)} and is named ${nameOf(later)}`
    if (unqualified(writer.name) === unqualified(reader.name)) {
      this.#add(
        path,
        'namespace-renamed',
        `${change}: only the namespace differs, which some readers follow and others refuse. Keep the namespace, or begin a new event type (.v2)`,
      )
    } else {
      this.#add(path, 'renamed', `${change}: keep the name, or begin a new event type (.v2)`)
    }
  }

  #inTime(writer: SchemaNode, reader: SchemaNode): readonly [earlier: SchemaNode, later: SchemaNode] {
    return this.#direction === 'backward' ? [writer, reader] : [reader, writer]
  }

  #add(path: string, rule: IncompatibilityRule, message: string): void {
    this.problems.push({ path, rule, message: path === '' ? message : `${path} ${message}` })
  }
}

type NamedNode = Extract<SchemaNode, { readonly name: string }>

/** Avro's numeric promotions. Text and bytes, which Avro takes for each other, are not: their meaning differs. */
function promotes(writer: SchemaNode, reader: SchemaNode): boolean {
  const order = ['int', 'long', 'float', 'double']
  const [from, to] = [order.indexOf(writer.kind), order.indexOf(reader.kind)]
  return from >= 0 && to > from
}

function logicalOf(node: SchemaNode) {
  return 'logicalType' in node ? node : {}
}

function describeLogical(node: SchemaNode): string {
  if (!('logicalType' in node) || node.logicalType !== 'decimal') return describeNode(node)
  return `decimal(${node.precision ?? '?'}, ${node.scale ?? 0})`
}

function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  return node.kind === 'union' ? node.branches : [node]
}

function isNull(node: SchemaNode): boolean {
  return node.kind === 'null'
}

function nameOf(node: SchemaNode): string {
  return 'name' in node ? node.name : ''
}

function unqualified(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1)
}
