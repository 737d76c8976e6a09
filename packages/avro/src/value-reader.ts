import { defaultDecodeLimits } from './decode-limits.ts'
import type { FieldProblem, FieldRule } from './field-problem.ts'
import { forbiddenNames } from './schema-limits.ts'
import { nullableBranch, type FieldNode, type RecordNode, type SchemaNode, type UnionNode } from './schema-tree.ts'
import type { ValueForm } from './value-form.ts'

/** Finds a record field's default in its TypeScript form. */
export type DefaultOf = (record: string, field: string) => unknown

const problemLimit = 100

/** Reads a value of one form as a schema says, collecting every problem (at most 100) on the way. */
export class ValueReader {
  readonly problems: FieldProblem[] = []
  readonly #form: ValueForm
  readonly #defaultOf: DefaultOf
  #items = 0

  constructor(form: ValueForm, defaultOf: DefaultOf) {
    this.#form = form
    this.#defaultOf = defaultOf
  }

  read(node: SchemaNode, value: unknown, path = '', depth = 0): unknown {
    if (this.problems.length >= problemLimit) return undefined
    switch (node.kind) {
      case 'record':
        return this.#record(node, value, path, depth + 1)
      case 'array':
        return this.#array(node.items, value, path, depth + 1)
      case 'map':
        return this.#map(node.values, value, path, depth + 1)
      case 'union':
        return this.#union(node, value, path, depth)
      default: {
        const reading = this.#form.read(node, value)
        if ('value' in reading) return reading.value
        return this.#problem(path, reading.rule, reading.message)
      }
    }
  }

  #record(node: RecordNode, value: unknown, path: string, depth: number): unknown {
    if (!isPlainObject(value)) return this.#problem(path, 'wrong-type', 'must be an object')
    if (depth > defaultDecodeLimits.depth) return this.#problem(path, 'too-deep', 'is nested too deep')
    const known = new Set(node.fields.map((field) => field.name))
    for (const name of Object.keys(value)) {
      if (known.has(name)) continue
      const names = node.fields.map((field) => field.name).slice(0, 20)
      this.#problem(join(path, printable(name)), 'unknown-field', `is not a field here: ${names.join(', ')} are`)
    }
    const entries = node.fields.map((field) => [field.name, this.#field(node, field, value, path, depth)] as const)
    return Object.fromEntries(entries)
  }

  #field(record: RecordNode, field: FieldNode, from: object, path: string, depth: number): unknown {
    const value: unknown = Object.hasOwn(from, field.name) ? Reflect.get(from, field.name) : undefined
    if (value !== undefined) return this.read(field.node, value, join(path, field.name), depth)
    if (nullableBranch(field.node) !== undefined && !field.hasDefault) return null
    if (field.hasDefault) return this.#defaultOf(record.name, field.name)
    return this.#problem(join(path, field.name), 'missing-field', 'is missing')
  }

  #array(items: SchemaNode, value: unknown, path: string, depth: number): unknown {
    if (!Array.isArray(value)) return this.#problem(path, 'wrong-type', 'must be a list')
    if (!this.#claim(value.length, items, path)) return undefined
    return value.map((item: unknown, index) => this.read(items, item, `${path}[${index}]`, depth))
  }

  /** A map's keys are data too, so a path names an entry by its number. */
  #map(values: SchemaNode, value: unknown, path: string, depth: number): unknown {
    if (!isPlainObject(value)) return this.#problem(path, 'wrong-type', 'must be an object')
    const entries = Object.entries(value)
    if (!this.#claim(entries.length, values, path)) return undefined
    const read: [string, unknown][] = []
    for (const [index, [key, item]] of entries.entries()) {
      const entryPath = `${path}{${index}}`
      if (forbiddenNames.has(key)) this.#problem(entryPath, 'forbidden-name', 'must have another key')
      else if (!key.isWellFormed()) this.#problem(entryPath, 'invalid-value', 'must have a key without half characters')
      else read.push([key, this.read(values, item, entryPath, depth)])
    }
    return Object.fromEntries(read)
  }

  #union(node: UnionNode, value: unknown, path: string, depth: number): unknown {
    const present = nullableBranch(node)
    if (present === undefined) return this.#problem(path, 'wrong-type', 'has a type that is not null or one other')
    return value === null ? null : this.read(present, value, path, depth)
  }

  /** What is taken here must be readable by every reader, so the limits are the readers'. */
  #claim(count: number, item: SchemaNode, path: string): boolean {
    this.#items += count
    const limit = item.kind === 'null' ? defaultDecodeLimits.emptyItems : defaultDecodeLimits.items
    if (this.#items <= limit) return true
    this.#problem(path, 'too-many-items', `must have fewer items: an event holds at most ${limit}`)
    return false
  }

  #problem(path: string, rule: FieldRule, message: string): undefined {
    if (this.problems.length < problemLimit) this.problems.push({ path, rule, message })
    return undefined
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** A name that a client made up may hold anything, also what must not be repeated. */
function printable(name: string): string {
  return /^[A-Za-z_][A-Za-z_-]{0,63}\d{0,4}$/.test(name) ? name : '(a name that is no field name)'
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
