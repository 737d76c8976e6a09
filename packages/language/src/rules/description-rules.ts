import { isJsonObject, own, ownText } from '../json.ts'
import { suggestion } from '../nearest.ts'
import { fine, verdict, type RuleContext, type SchemaRule } from './rule.ts'

/** What kind of data about somebody a field holds. */
export const dataClasses: readonly string[] = [
  'identity',
  'contact',
  'employment',
  'income',
  'health',
  'location',
  'free-text',
  'none',
]

/** Every record and every field says what it means. */
export const documented: SchemaRule = (visit) => {
  if (visit.kind !== 'record' && visit.kind !== 'field') return fine
  const doc = own(visit.node, 'doc')
  if (typeof doc === 'string' && doc.trim() !== '') return fine
  const what = visit.kind === 'record' ? 'what the event says and what it does not say' : 'what the field means'
  return verdict('doc-missing', `The ${visit.kind} has no description. Write "doc": "…" that says ${what}.`)
}

/** Every leaf field has a data class; a field that holds a record has none of its own. */
export const classed: SchemaRule = (visit, context) => {
  if (visit.kind !== 'field') return fine
  const dataClass = own(visit.node, 'dataClass')
  if (holdsRecord(own(visit.node, 'type'), context)) {
    if (dataClass === undefined) return fine
    return verdict(
      'data-class-on-record',
      'The field holds a record, and a data class belongs on leaf fields. Take "dataClass" away here and write it on each field of that record.',
    )
  }
  if (dataClass === undefined) {
    return verdict(
      'data-class-missing',
      `The field has no data class. Write "dataClass": one of ${dataClasses.join(', ')}.`,
    )
  }
  if (typeof dataClass === 'string' && dataClasses.includes(dataClass)) return fine
  const given = typeof dataClass === 'string' ? dataClass : JSON.stringify(dataClass)
  return verdict('data-class-unknown', `"${given}" is no data class. ${suggestion(given, dataClasses)}`)
}

/** Attributes that Avro or we read; a misspelt one would be passed over in silence. */
const attributes: Readonly<Record<string, readonly string[]>> = {
  record: ['type', 'name', 'namespace', 'doc', 'fields', 'aliases'],
  field: ['name', 'type', 'doc', 'dataClass', 'default', 'aliases', 'order'],
  enum: ['type', 'name', 'namespace', 'doc', 'symbols', 'default', 'aliases'],
  fixed: ['type', 'name', 'namespace', 'doc', 'size', 'logicalType', 'precision', 'scale', 'aliases'],
  array: ['type', 'items'],
  map: ['type', 'values'],
  primitive: ['type', 'logicalType', 'precision', 'scale'],
}

/** No attribute that nobody reads. */
export const attributesKnown: SchemaRule = (visit) => {
  const known = attributes[visit.kind]
  if (known === undefined || !('node' in visit) || visit.node === undefined) return fine
  return Object.keys(visit.node)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      rule: 'attribute-unknown',
      message: `Nobody reads "${key}" on ${/^[aeiou]/.test(visit.kind) ? 'an' : 'a'} ${visit.kind}. ${suggestion(key, known)}`,
    }))
}

/** Tells whether what a field holds, once or many times, is a record. */
function holdsRecord(type: unknown, context: RuleContext): boolean {
  if (typeof type === 'string') {
    const definition = [...context.named].find(([name]) => name === type || name.endsWith(`.${type}`))
    return definition !== undefined && own(definition[1], 'type') === 'record'
  }
  if (Array.isArray(type)) return type.some((branch) => holdsRecord(branch, context))
  if (!isJsonObject(type)) return false
  const inner = ownText(type, 'type')
  switch (inner) {
    case 'record':
      return true
    case 'array':
      return holdsRecord(own(type, 'items'), context)
    case 'map':
      return holdsRecord(own(type, 'values'), context)
    case undefined:
      return holdsRecord(own(type, 'type'), context)
    default:
      return false
  }
}
