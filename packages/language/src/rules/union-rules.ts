import { isJsonObject, own } from '../json.ts'
import { fine, verdict, type SchemaRule } from './rule.ts'

/** A union is `null | T` with default null, straight in a field: every other union reads differently in every language. */
export const unions: SchemaRule = (visit) => {
  if (visit.kind !== 'union') return fine
  const [first, second] = visit.branches
  if (visit.branches.length !== 2 || !visit.branches.includes('null')) {
    return verdict(
      'union-not-nullable',
      'A union may only be null or one type. Write ["null", T], or one nullable field per type.',
    )
  }
  if (first !== 'null' || Array.isArray(second)) {
    return verdict(
      'union-null-first',
      'In a union null comes first, so that the default can be null. Write ["null", T].',
    )
  }
  if (!visit.directlyInField) {
    return verdict(
      'union-not-in-field',
      'A union may only be the type of a field: an entry of a list or a map that is null says nothing. Write the type alone.',
    )
  }
  if (visit.field !== undefined && own(visit.field.json, 'default') !== null) {
    return verdict('union-default', 'A nullable field needs null as its default. Write "default": null.')
  }
  return fine
}

/** A field that can only be null says nothing. */
export const nullAlone: SchemaRule = (visit) => {
  if (visit.kind !== 'field') return fine
  const type = own(visit.node, 'type')
  if (type !== 'null' && !(isJsonObject(type) && own(type, 'type') === 'null')) return fine
  return verdict('null-alone', 'The field can only be null. Take it away, or write ["null", T].')
}

/** Every enum has a default among its symbols, so that a reader survives a symbol it does not know yet. */
export const enumDefaults: SchemaRule = (visit) => {
  if (visit.kind !== 'enum') return fine
  const symbols = own(visit.node, 'symbols')
  const fallback = own(visit.node, 'default')
  if (fallback === undefined) {
    return verdict(
      'enum-default',
      'The enum has no default, so a new symbol would stop every reader. Write "default": "UNKNOWN", and "UNKNOWN" among the symbols.',
    )
  }
  if (Array.isArray(symbols) && symbols.includes(fallback)) return fine
  return verdict(
    'enum-default',
    `The enum's default ${JSON.stringify(fallback)} is not among its symbols. Write one of: ${String(symbols)}.`,
  )
}

/** A default is a value of the field's own type. */
export const fieldDefaults: SchemaRule = (visit, context) => {
  if (visit.kind !== 'field' || !Object.hasOwn(visit.node, 'default')) return fine
  const type = own(visit.node, 'type')
  const value = own(visit.node, 'default')
  const kind = isJsonObject(type) ? own(type, 'type') : type
  const definition = isJsonObject(type)
    ? type
    : [...context.named].find(([name]) => name.endsWith(`.${String(kind)}`))?.[1]
  const fits = Array.isArray(type) || fitsDefault(kind, definition ?? {}, value)
  if (fits) return fine
  return verdict(
    'default-wrong',
    `The default ${JSON.stringify(value)} is no value of the field's type. Write one that is, or take "default" away.`,
  )
}

function fitsDefault(kind: unknown, definition: object, value: unknown): boolean {
  switch (kind) {
    case 'boolean':
    case 'string':
      return typeof value === kind
    case 'bytes':
    case 'fixed':
      return typeof value === 'string'
    case 'int':
    case 'long':
      return Number.isSafeInteger(value)
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'array':
      return Array.isArray(value) && value.length === 0
    case 'map':
      return isJsonObject(value) && Object.keys(value).length === 0
    case 'enum':
    default: {
      const symbols = 'symbols' in definition ? definition.symbols : undefined
      return Array.isArray(symbols) && symbols.includes(value)
    }
  }
}
