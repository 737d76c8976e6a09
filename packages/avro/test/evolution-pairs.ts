import fc from 'fast-check'
import { decimal, event, field, optional } from './schemas.ts'

/** An event's schema and what somebody made of it: often something that fits, often not. */
export interface EvolutionPair {
  readonly earlier: Schema
  readonly later: Schema
}

export type Schema = ReturnType<typeof event>

const leaf = fc.constantFrom<unknown>(
  'int',
  'long',
  'double',
  'string',
  'bytes',
  'boolean',
  { type: 'int', logicalType: 'date' },
  decimal(9, 2),
  decimal(9, 3),
)
const enumOf = fc
  .tuple(fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1 }), fc.boolean())
  .map(([symbols, has]) => ({ type: 'enum', name: 'Reason', symbols, ...(has ? { default: symbols[0] } : {}) }))
const fixedOf = fc.constantFrom(4, 8).map((size) => ({ type: 'fixed', name: 'Checksum', size }))
const listOf = leaf.map((items) => ({ type: 'array', items }))
const mapOf = leaf.map((values) => ({ type: 'map', values }))
const typed = fc.oneof({ weight: 4, arbitrary: leaf }, listOf, mapOf)
const wide = fc.constantFrom(field('b', ['string', 'int']), field('b', ['null', 'string', 'int'], { default: null }))

type Fields = readonly Schema['fields'][number][]

const fieldOf = (name: string, type: fc.Arbitrary<unknown>): fc.Arbitrary<Fields> =>
  fc.oneof(
    fc.constant<Fields>([]),
    type.map((found) => [field(name, found)]),
    { weight: 3, arbitrary: type.map((found) => [optional(name, found)]) },
  )
const recordOf = fieldOf('inner', typed).map((inner) => ({
  type: 'record',
  name: 'Employment',
  fields: [field('days', 'int'), ...inner],
}))
const fieldsOf = fc.record({
  a: fieldOf('a', typed),
  b: fc.oneof(
    { weight: 8, arbitrary: fieldOf('b', fc.oneof({ weight: 8, arbitrary: typed }, fixedOf)) },
    wide.map((found) => [found]),
  ),
  c: fieldOf('c', enumOf),
  d: fieldOf('d', recordOf),
})
const renamed = fc.constantFrom(
  ...Array.from({ length: 12 }, () => ({})),
  { namespace: 'nav.other' },
  { name: 'LayoffNoted' },
)

/** Pairs of which the later has most fields as they were: one or two are changed, left out or new. */
export const evolutionPairs: fc.Arbitrary<EvolutionPair> = fc
  .tuple(fieldsOf, fieldsOf, fc.subarray(['a', 'b', 'c', 'd'] as const, { maxLength: 2 }), renamed)
  .map(([before, other, changed, names]) => {
    const after = { ...before, ...Object.fromEntries(changed.map((name) => [name, other[name]])) }
    const person = field('person', 'string')
    return {
      earlier: event(person, ...Object.values(before).flat()),
      later: { ...event(person, ...Object.values(after).flat()), ...names },
    }
  })
