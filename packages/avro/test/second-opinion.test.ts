import avsc from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkCompatibility } from '@samspill/avro'
import { evolutionPairs } from './evolution-pairs.ts'

describe('a second opinion: whatever we let through, avsc reads both ways', () => {
  test('for random pairs', () => {
    let accepted = 0
    fc.assert(
      fc.property(evolutionPairs, ({ earlier, later }) => {
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
          const stricter = ['logical-type-changed', 'type-changed', 'union-not-nullable', 'namespace-renamed']
          expect(stricter).toEqual(expect.arrayContaining(verdict.map(({ rule }) => rule)))
        }
      }),
      { numRuns: 2_000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
