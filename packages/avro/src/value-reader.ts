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
  /** Where we are: `.name`, `[index]` or `{number}` for each step. Joined only where something is wrong. */
  readonly #path: string[] = []
  #depth = 0
  #items = 0

  constructor(form: ValueForm, defaultOf: DefaultOf) {
    this.#form = form
    this.#defaultOf = defaultOf
  }

  read(node: SchemaNode, value: unknown): unknown {
    if (this.problems.length >= problemLimit) return undefined
    switch (node.kind) {
      case 'record':
      case 'array':
      case 'map':
        return this.#nested(node, value)
      case 'union':
        return this.#union(node, value)
      default: {
        const reading = this.#form.read(node, value)
        return 'value' in reading ? reading.value : this.#problem(reading.rule, reading.message)
      }
    }
  }

  #nested(node: Extract<SchemaNode, { readonly kind: 'record' | 'array' | 'map' }>, value: unknown): unknown {
    if (this.#depth >= defaultDecodeLimits.depth) return this.#problem('too-deep', 'is nested too deep')
    this.#depth++
    const read = this.#readNested(node, value)
    this.#depth--
    return read
  }

  #readNested(node: Extract<SchemaNode, { readonly kind: 'record' | 'array' | 'map' }>, value: unknown): unknown {
    if (node.kind === 'array') return this.#array(node.items, value)
    if (!isPlainObject(value)) return this.#problem('wrong-type', 'must be an object')
    return node.kind === 'map' ? this.#map(node.values, value) : this.#record(node, value)
  }

  #record(node: RecordNode, value: Readonly<Record<string, unknown>>): unknown {
    const read: Record<string, unknown> = {}
    let present = 0
    for (const field of node.fields) {
      const has = Object.hasOwn(value, field.name)
      if (has) present++
      read[field.name] = this.#at(`.${field.name}`, () => this.#field(node, field, has ? value[field.name] : undefined))
    }
    const names = Object.keys(value)
    if (names.length > present) this.#unknownFields(node, names)
    return read
  }

  #field(record: RecordNode, field: FieldNode, value: unknown): unknown {
    if (value !== undefined) return this.read(field.node, value)
    if (field.hasDefault) return this.#defaultOf(record.name, field.name)
    return nullableBranch(field.node) ? null : this.#problem('missing-field', 'is missing')
  }

  #unknownFields(node: RecordNode, names: readonly string[]): void {
    const known = node.fields.map((field) => field.name)
    const message = `is not a field here: ${known.slice(0, 20).join(', ')} are`
    for (const name of names) {
      if (!known.includes(name)) this.#at(`.${printable(name)}`, () => this.#problem('unknown-field', message))
    }
  }

  #array(items: SchemaNode, value: unknown): unknown {
    if (!Array.isArray(value)) return this.#problem('wrong-type', 'must be a list')
    if (!this.#claim(value.length, items)) return undefined
    return value.map((item: unknown, index) => this.#at(`[${index}]`, () => this.read(items, item)))
  }

  /** A map's keys are data too, so a path names an entry by its number. */
  #map(values: SchemaNode, value: object): unknown {
    const entries = Object.entries(value)
    if (!this.#claim(entries.length, values)) return undefined
    const read = entries.map(([key, item], number): [string, unknown] => [
      key,
      this.#at(`{${number}}`, () => this.#entry(key, values, item)),
    ])
    return Object.fromEntries(read)
  }

  #entry(key: string, values: SchemaNode, item: unknown): unknown {
    if (forbiddenNames.has(key)) return this.#problem('forbidden-name', 'must have another key')
    if (!key.isWellFormed()) return this.#problem('invalid-value', 'must have a key without half characters')
    return this.read(values, item)
  }

  #union(node: UnionNode, value: unknown): unknown {
    const present = nullableBranch(node)
    if (present === undefined) return this.#problem('wrong-type', 'has a type that is not null or one other')
    return value === null ? null : this.read(present, value)
  }

  /** What is taken here must be readable by every reader, so the limits are the readers'. */
  #claim(count: number, item: SchemaNode): boolean {
    this.#items += count
    const limit = item.kind === 'null' ? defaultDecodeLimits.emptyItems : defaultDecodeLimits.items
    if (this.#items <= limit) return true
    this.#problem('too-many-items', `must have fewer items: an event holds at most ${limit}`)
    return false
  }

  #at<Value>(step: string, work: () => Value): Value {
    this.#path.push(step)
    const value = work()
    this.#path.pop()
    return value
  }

  #problem(rule: FieldRule, message: string): undefined {
    const path = this.#path.join('').replace(/^\./, '')
    if (this.problems.length < problemLimit) this.problems.push({ path, rule, message })
    return undefined
  }
}

/** A name that a client made up may hold anything, also what must not be repeated. */
function printable(name: string): string {
  return /^[A-Za-z_][A-Za-z_-]{0,63}\d{0,4}$/.test(name) ? name : '(a name that is no field name)'
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)
}
