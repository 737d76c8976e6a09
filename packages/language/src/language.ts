/** The published language as its files describe it: agencies, their streams, and the event types in those. */
export interface Language {
  readonly agencies: readonly AgencyDescription[]
  readonly streams: readonly StreamDescription[]
  readonly eventTypes: readonly EventTypeDescription[]
}

type GovernanceLevel = 'state' | 'county' | 'municipality' | 'business' | 'voluntary'

/** What an `agency.yaml` says. */
export interface AgencyDescription {
  /** The folder's name, e.g. `nav`. */
  readonly id: string
  /** Where it stands, relative to the language's folder. */
  readonly file: string
  readonly name: string
  readonly organisationNumber: string
  readonly level: GovernanceLevel
  readonly contact: string
}

type SubjectKind = 'person' | 'organisation' | 'municipality' | 'other'

/** What a `stream.yaml` says. */
export interface StreamDescription {
  /** `<agency>.<stream>`, which is the topic's name too. */
  readonly name: string
  readonly agency: string
  /** The folder's name, e.g. `layoffs`. */
  readonly id: string
  readonly file: string
  readonly title: string
  readonly description: string
  readonly contact: string
  readonly subject: { readonly field: string; readonly kind: SubjectKind }
  readonly partitions: number
  /** An ISO 8601 duration, or `forever`. */
  readonly retention: string
  readonly access: 'open' | 'personal'
  readonly keys: 'hub' | 'publisher'
}

/** One `.avsc` file. */
export interface EventTypeDescription {
  /** The Avro full name, e.g. `nav.layoffs.LayoffRegistered`. */
  readonly type: string
  /** The stream's name, e.g. `nav.layoffs`. */
  readonly stream: string
  readonly file: string
  readonly schema: RecordSchema
}

/** An Avro schema as its JSON text gives it. */
export type SchemaNode = string | readonly SchemaNode[] | ObjectSchema

export type ObjectSchema = RecordSchema | EnumSchema | FixedSchema | ArraySchema | MapSchema | PrimitiveSchema

export interface RecordSchema {
  readonly type: 'record'
  readonly name: string
  readonly namespace?: string
  readonly doc?: string
  readonly fields: readonly FieldSchema[]
}

export interface FieldSchema {
  readonly name: string
  readonly type: SchemaNode
  readonly doc?: string
  readonly dataClass?: string
  readonly default?: unknown
}

export interface EnumSchema {
  readonly type: 'enum'
  readonly name: string
  readonly namespace?: string
  readonly doc?: string
  readonly symbols: readonly string[]
  readonly default?: string
}

interface FixedSchema {
  readonly type: 'fixed'
  readonly name: string
  readonly namespace?: string
  readonly doc?: string
  readonly size: number
  readonly logicalType?: string
}

interface ArraySchema {
  readonly type: 'array'
  readonly items: SchemaNode
}

interface MapSchema {
  readonly type: 'map'
  readonly values: SchemaNode
}

interface PrimitiveSchema {
  readonly type: 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string'
  readonly logicalType?: string
  readonly precision?: number
  readonly scale?: number
}
