import avsc, { type Type } from 'avsc'
import { HubError } from '@samspill/contracts'
import { DateType, DecimalType, ExactLongType, WellFormedTextType } from './avro-value-types.ts'
import { schemaJson } from './avro-schema-json.ts'
import type { SchemaNode } from './schema-tree.ts'

/**
 * The avsc type of a contract's schema, in the TypeScript forms: days as text, decimals as text, objects without
 * prototype of their own. Throws HubError `schema-invalid`.
 */
export function contractType(schema: object): Type {
  return makeType(schema, {
    wrapUnions: 'never',
    omitRecordMethods: true,
    assertLogicalTypes: true,
    logicalTypes: { date: DateType, decimal: DecimalType },
    typeHook: exactType,
  })
}

/** Our own long and text, but where a logical type stands on them: that one must see what it stands on. */
function exactType(schema: unknown): Type | undefined {
  const { type, logicalType } = typeof schema === 'string' ? { type: schema } : Object(schema)
  if (logicalType === 'date' || logicalType === 'decimal') return undefined
  if (type === 'long') return new ExactLongType()
  return type === 'string' ? new WellFormedTextType() : undefined
}

/** The avsc type of a schema that another system wrote, checked and bounded before. */
export function writerType(node: SchemaNode): Type {
  return makeType(schemaJson(node), { wrapUnions: 'never', omitRecordMethods: true })
}

type ForSchemaOptions = NonNullable<Parameters<typeof Type.forSchema>[1]>

function makeType(schema: unknown, options: ForSchemaOptions): Type {
  try {
    const type = avsc.Type.forSchema(schema as Parameters<typeof Type.forSchema>[0], options)
    makeObjectsPlain(type)
    return type
  } catch (error) {
    throw new HubError(
      'schema-invalid',
      `the schema is no valid Avro schema: ${error instanceof Error ? error.message : ''}`,
    )
  }
}

/** avsc decodes to instances of classes it makes; with this they are objects like any other. */
function makeObjectsPlain(type: Type, seen: Set<Type> = new Set()): void {
  if (seen.has(type)) return
  seen.add(type)
  if (type instanceof avsc.types.RecordType) {
    type.recordConstructor.prototype = Object.prototype
    for (const field of type.fields) makeObjectsPlain(field.type, seen)
  } else if (type instanceof avsc.types.EnumType) {
    // Its table of symbols would else take `constructor` and `toString` for symbols.
    Object.setPrototypeOf(Reflect.get(type, '_indices'), null)
  } else if (type instanceof avsc.types.ArrayType) makeObjectsPlain(type.itemsType, seen)
  else if (type instanceof avsc.types.MapType) makeObjectsPlain(type.valuesType, seen)
  else if ('types' in type && Array.isArray(type.types)) for (const inner of type.types) makeObjectsPlain(inner, seen)
}
