import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCompatibility } from '@samspill/avro'
import { decimal, event, field, optional } from './schemas.ts'

describe('a second opinion: whatever we let through, avsc reads both ways', () => {
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
  const listOf = leaf.map((items) => ({ type: 'array', items }))
  const typed = fc.oneof(leaf, listOf)
  const fieldOf = (name: string, type: fc.Arbitrary<unknown>) =>
    fc.oneof(
      fc.constant([]),
      type.map((found) => [field(name, found)]),
      type.map((found) => [optional(name, found)]),
    )
  const schemaOf = fc
    .tuple(fieldOf('a', typed), fieldOf('b', typed), fieldOf('c', enumOf))
    .map((parts) => event(...parts.flat()))

  test('for random pairs', () => {
    let accepted = 0
    fc.assert(
      fc.property(schemaOf, schemaOf, (earlier, later) => {
        const verdict = checkCompatibility(earlier, later)
        const one = avsc.Type.forSchema(earlier as never, { wrapUnions: 'never' })
        const two = avsc.Type.forSchema(later as never, { wrapUnions: 'never' })
        const reads = (reader: avsc.Type, writer: avsc.Type): boolean => {
          try {
            reader.createResolver(writer)
            return true
          } catch {
            return false
          }
        }
        const both = reads(one, two) && reads(two, one)
        if (verdict.length === 0) accepted++
        if (verdict.length === 0) expect(both).toBe(true)
        // The other way round we are stricter on purpose, and only by these rules.
        else if (both) {
          const stricter = ['logical-type-changed', 'type-changed', 'alias-used', 'union-not-nullable']
          expect(stricter).toEqual(expect.arrayContaining(verdict.map(({ rule }) => rule)))
        }
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
