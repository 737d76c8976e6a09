import { isJsonObject, own, ownText, type JsonObject } from './json.ts'
import { suggestion } from './nearest.ts'

/** The field that a node of a schema stands in. */
interface FieldPlace {
  readonly name: string
  readonly json: JsonObject
}

interface Place {
  /** Dotted, with `[]` for items and `{}` for values of a map; empty for the record itself. */
  readonly path: string
  /** The nearest field around the node; for a field, the field itself. */
  readonly field?: FieldPlace
}

/** One node of a schema, as the rules see it. */
export type Visit = Place &
  (
    | { readonly kind: 'record' | 'enum' | 'fixed'; readonly node: JsonObject; readonly top: boolean }
    | { readonly kind: 'field'; readonly node: JsonObject; readonly field: FieldPlace }
    | { readonly kind: 'array' | 'map'; readonly node: JsonObject; readonly of: unknown }
    | { readonly kind: 'union'; readonly branches: readonly unknown[]; readonly directlyInField: boolean }
    | { readonly kind: 'primitive'; readonly type: string; readonly node: JsonObject | undefined }
    | { readonly kind: 'reference'; readonly name: string }
    | { readonly kind: 'malformed'; readonly message: string }
  )

export interface SchemaWalk {
  readonly visits: readonly Visit[]
  /** Every named type that the schema defines, by full name. */
  readonly named: ReadonlyMap<string, JsonObject>
  /** Names that the schema defines more than once. */
  readonly definedTwice: ReadonlySet<string>
}

export const primitives: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
])
const complex = ['record', 'enum', 'fixed', 'array', 'map']
const deepest = 64

/** Goes through an Avro schema of whatever JSON it is, and never throws. */
export function walkSchema(schema: unknown): SchemaWalk {
  const visits: Visit[] = []
  const named = new Map<string, JsonObject>()
  const definedTwice = new Set<string>()
  go(schema, { path: '' }, '', 0, false)
  return { visits, named, definedTwice }

  function go(node: unknown, place: Place, namespace: string, depth: number, directlyInField: boolean): void {
    if (depth > deepest) malformed(place, 'The types are nested too deep to read. Nest at most 16.')
    else if (typeof node === 'string') goName(node, place, namespace)
    else if (Array.isArray(node)) {
      visits.push({ ...place, kind: 'union', branches: node, directlyInField })
      for (const branch of node) go(branch, place, namespace, depth + 1, false)
    } else if (isJsonObject(node)) goObject(node, place, namespace, depth, directlyInField)
    else malformed(place, 'The type is missing. Write a type, e.g. "type": "string".')
  }

  function goName(name: string, place: Place, namespace: string): void {
    if (primitives.has(name)) visits.push({ ...place, kind: 'primitive', type: name, node: undefined })
    else if (named.has(fullName(name, namespace)))
      visits.push({ ...place, kind: 'reference', name: fullName(name, namespace) })
    else if (complex.includes(name)) malformed(place, `"${name}" needs an object: write { "type": "${name}", … }.`)
    else {
      const known = [...primitives, ...named.keys()]
      malformed(place, `"${name}" is no type and no name defined earlier in this file. ${suggestion(name, known)}`)
    }
  }

  function goObject(node: JsonObject, place: Place, namespace: string, depth: number, directlyInField: boolean): void {
    const type = own(node, 'type')
    if (typeof type !== 'string') return go(type, place, namespace, depth + 1, directlyInField)
    switch (type) {
      case 'record':
      case 'enum':
      case 'fixed':
        return goNamed(type, node, place, namespace, depth)
      case 'array':
      case 'map': {
        const of = own(node, type === 'array' ? 'items' : 'values')
        visits.push({ ...place, kind: type, node, of })
        return go(of, { ...place, path: `${place.path}${type === 'array' ? '[]' : '{}'}` }, namespace, depth + 1, false)
      }
      default:
        if (primitives.has(type)) visits.push({ ...place, kind: 'primitive', type, node })
        else goName(type, place, namespace)
    }
  }

  function goNamed(
    kind: 'record' | 'enum' | 'fixed',
    node: JsonObject,
    place: Place,
    around: string,
    depth: number,
  ): void {
    const name = ownText(node, 'name')
    const namespace = ownText(node, 'namespace') ?? around
    if (name === undefined) malformed(place, `The ${kind} has no name. Write "name": "…".`)
    else if (named.has(fullName(name, namespace))) definedTwice.add(fullName(name, namespace))
    else named.set(fullName(name, namespace), node)
    visits.push({ ...place, kind, node, top: depth === 0 })
    if (kind === 'record') goFields(node, place, namespace, depth)
  }

  function goFields(record: JsonObject, place: Place, namespace: string, depth: number): void {
    const fields = own(record, 'fields')
    if (!Array.isArray(fields)) return malformed(place, 'The record has no fields. Write "fields": [ … ].')
    for (const [index, json] of fields.entries()) {
      const name = isJsonObject(json) ? ownText(json, 'name') : undefined
      const path = `${place.path === '' ? '' : `${place.path}.`}${name ?? `fields[${index}]`}`
      if (!isJsonObject(json) || name === undefined) {
        malformed({ path }, 'The field has no name. Write { "name": "…", "type": …, "dataClass": "…", "doc": "…" }.')
        continue
      }
      const field = { name, json }
      visits.push({ path, field, kind: 'field', node: json })
      go(own(json, 'type'), { path, field }, namespace, depth + 1, true)
    }
  }

  function malformed(place: Place, message: string): void {
    visits.push({ ...place, kind: 'malformed', message })
  }
}

/** A name as Avro resolves it: with dots as it stands, else in the namespace around it. */
export function fullName(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`
}
