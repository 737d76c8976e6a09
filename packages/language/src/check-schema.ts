import type { Finding } from './problem.ts'
import { attributesKnown, classed, documented } from './rules/description-rules.ts'
import { fieldsOnce, named } from './rules/name-rules.ts'
import type { SchemaRule } from './rules/rule.ts'
import { bounded, fixedSizes, noEmptyItems } from './rules/size-rules.ts'
import { enumDefaults, fieldDefaults, nullAlone, unions } from './rules/union-rules.ts'
import { decimals, logical, moments, money, noBinaryFractions } from './rules/value-rules.ts'
import { schemaMeasurer } from './schema-measure.ts'
import { walkSchema } from './schema-walk.ts'

const malformed: SchemaRule = (visit) =>
  visit.kind === 'malformed' ? [{ rule: 'schema-malformed', message: visit.message }] : []

const rules: readonly SchemaRule[] = [
  malformed,
  documented,
  classed,
  attributesKnown,
  named,
  fieldsOnce,
  unions,
  nullAlone,
  enumDefaults,
  fieldDefaults,
  logical,
  moments,
  noBinaryFractions,
  money,
  decimals,
  bounded,
  noEmptyItems,
  fixedSizes,
]

/**
 * Checks one Avro schema, of whatever JSON it is, by the rules that need no more than the schema: what it finds, with
 * the field and the way out. Never throws.
 */
export function checkSchema(schema: unknown): readonly Finding[] {
  const walk = walkSchema(schema)
  const context = { named: walk.named, measure: schemaMeasurer(walk.named) }
  const findings = walk.visits.flatMap((visit) =>
    rules.flatMap((rule) => rule(visit, context).map((found) => ({ field: visit.path, ...found }))),
  )
  const twice = [...walk.definedTwice].map((name) => ({
    field: '',
    rule: 'type-twice',
    message: `"${name}" is defined more than once in the file. Define it once, and write its name where it is used again.`,
  }))
  return [...findings, ...twice]
}
