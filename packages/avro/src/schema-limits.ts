/** What a schema may ask for. A writer's schema comes from outside: what it holds is code and memory here. */
export interface SchemaLimits {
  /** Nesting of records, arrays, maps and unions. */
  readonly depth: number
  /** Fields, enum symbols and union branches of the whole schema. */
  readonly parts: number
  /** Bytes of one `fixed`. */
  readonly fixedSize: number
  /** Characters of the schema's JSON text. */
  readonly textLength: number
}

export const defaultSchemaLimits: SchemaLimits = { depth: 16, parts: 2_000, fixedSize: 65_536, textLength: 262_144 }

/** The most fields one record may have, and the most a schema may have in all its records. */
export const maximumFields = 500

/** Names that JavaScript reads as more than a name. */
export const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
