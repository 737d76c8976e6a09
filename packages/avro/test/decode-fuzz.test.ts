import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCodecs, createEventDecoder, DecodeError, frame } from '@samspill/avro'
import { contractOf, layoff, layoffRegistered } from './contracts.ts'

describe('whatever stands on a topic', () => {
  const deep = contractOf(
    {
      type: 'array',
      items: [
        'null',
        {
          type: 'record',
          name: 'Node',
          fields: [{ name: 'inner', type: { type: 'map', values: ['null', 'nav.layoffs.Node'] } }],
        },
      ],
    },
    'Deep',
  )
  const nulls = contractOf({ type: 'array', items: 'null' }, 'Nulls')
  const contracts = [layoffRegistered, deep, nulls]
  const prepared = async () => {
    const decoder = createEventDecoder({ registry: { schemaById: async (id) => contracts[id]?.schema }, contracts })
    await decoder.prepare(contracts.map((_, id) => frame(id, Buffer.alloc(0))))
    return decoder
  }

  test('random bytes are decoded or refused with a DecodeError, quickly', async () => {
    const decoder = await prepared()
    fc.assert(
      fc.property(fc.nat(2), fc.uint8Array({ maxLength: 400 }), (id, bytes) => {
        const started = performance.now()
        try {
          decoder.decode(frame(id, Buffer.from(bytes)))
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
        expect(performance.now() - started).toBeLessThan(500)
      }),
      { numRuns: 3_000 },
    )
  })

  test('real events with some bytes changed, too', async () => {
    const decoder = await prepared()
    const real = createCodecs().of(layoffRegistered).encodeFramed(0, layoff)
    const changes = fc.array(fc.tuple(fc.nat(real.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(changes, (changed) => {
        const value = Buffer.from(real)
        for (const [at, byte] of changed) value[at] = byte
        value.set([0, 0, 0, 0, 0])
        try {
          decoder.decode(value)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  test('values that are not framed at all', async () => {
    const decoder = await prepared()
    for (const value of [
      Buffer.alloc(0),
      Buffer.from('{"a":1}'),
      Buffer.from([0, 255, 255, 255, 255, 1]),
      Buffer.from([0, 0, 0]),
    ]) {
      expect(() => decoder.decode(value)).toThrow(expect.objectContaining({ code: 'decode-not-framed' }))
    }
  })
})
