import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCodecs, createEventDecoder, frame, parseSchema } from '@samspill/avro'
import { HubError } from '@samspill/contracts'
import { contractOf, layoff, layoffRegistered, layoffSchema } from './contracts.ts'
import { decodeBody, long, outcomeOf, text } from './decoding.ts'

const record = (fields: readonly object[], more: object = {}) => ({
  type: 'record',
  name: 'Sample',
  namespace: 'nav.layoffs',
  fields,
  ...more,
})
const nest = (depth: number): unknown => (depth === 0 ? 'int' : { type: 'array', items: nest(depth - 1) })

describe('a schema from the registry is not trusted', () => {
  test.each([
    ['a field named __proto__', record([{ name: '__proto__', type: 'string' }])],
    ['a field named constructor', record([{ name: 'constructor', type: 'string' }])],
    ['a field whose name is code', record([{ name: 'a;process.exit()', type: 'string' }])],
    ['a record whose name is code', record([], { name: 'A(){};process.exit();//' })],
    ['a symbol that is code', record([{ name: 'e', type: { type: 'enum', name: 'E', symbols: ['A"'] } }])],
    ['501 fields', record(Array.from({ length: 501 }, (_, number) => ({ name: `f${number}`, type: 'int' })))],
    [
      '501 fields in many records',
      record(
        [1, 2, 3].map((part) => ({
          name: `r${part}`,
          type: {
            type: 'record',
            name: `R${part}`,
            fields: Array.from({ length: 200 }, (_, number) => ({ name: `f${number}`, type: 'int' })),
          },
        })),
      ),
    ],
    ['17 levels', record([{ name: 'a', type: nest(17) }])],
    ['3,000 levels', record([{ name: 'a', type: nest(3_000) }])],
    ['a fixed of 2 GB', record([{ name: 'a', type: { type: 'fixed', name: 'F', size: 2e9 } }])],
    ['a record that holds itself', record([{ name: 'a', type: 'Sample' }])],
    ['a type that is not defined', record([{ name: 'a', type: 'String' }])],
    ['a name that is defined twice', record([{ name: 'a', type: { type: 'fixed', name: 'Sample', size: 1 } }])],
    ['a union inside a union', record([{ name: 'a', type: [['null', 'int'], 'string'] }])],
    ['no record', { type: 'array', items: 'int' }],
    ['no schema', 17],
  ])('%s: refused', async (_, schema) => {
    expect(await outcomeOf(schema as object, Buffer.alloc(0), contractOf('int'))).toBe('schema-invalid')
  })

  test('documentation, aliases and defaults of a writer are left behind: a wrong default changes nothing', async () => {
    const contract = contractOf('int')
    const written = record([{ name: 'value', type: 'int', default: 'not an int', aliases: ['old'], order: 'nonsense' }])
    expect((await decodeBody(written, long(7), [contract])).data).toEqual({ value: 7 })
  })
})

describe('reading with another version than the writer had', () => {
  test('new fields get their default, dropped fields are passed over, unknown symbols become the default', async () => {
    const written = record([
      { name: 'dropped', type: 'string' },
      { name: 'value', type: { type: 'enum', name: 'Reason', symbols: ['STRIKE', 'COVID_19'] } },
    ])
    const contract = contractOf(
      { type: 'enum', name: 'Reason', symbols: ['COVID_19', 'UNKNOWN'], default: 'UNKNOWN' },
      'Sample',
      [
        { name: 'note', type: ['null', 'string'], default: null },
        { name: 'from', type: { type: 'int', logicalType: 'date' }, default: 18_341 },
      ],
    )
    const { data } = await decodeBody(written, Buffer.concat([text('gone'), long(0)]), [contract])
    expect(data).toEqual({ value: 'UNKNOWN', note: null, from: '2020-03-20' })
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype)
  })

  test('an int is read as a long', async () => {
    expect((await decodeBody(record([{ name: 'value', type: 'int' }]), long(-5), [contractOf('long')])).data).toEqual({
      value: -5,
    })
  })

  test.each([
    ['another type', 'string', 'int'],
    [
      'another unit of time',
      { type: 'long', logicalType: 'timestamp-micros' },
      { type: 'long', logicalType: 'timestamp-millis' },
    ],
    [
      'another decimal scale',
      { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 1 },
      { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
    ],
  ])('%s cannot be read and says so for each event', async (_, written, read) => {
    expect(await outcomeOf(record([{ name: 'value', type: written }]), long(0), contractOf(read))).toBe(
      'schema-incompatible',
    )
  })
})

describe('decoding for a subscription', () => {
  const value = createCodecs().of(layoffRegistered).encodeFramed(7, layoff)

  test('gives name, contract and data', async () => {
    const decoder = createEventDecoder({
      registry: { schemaById: async () => layoffSchema },
      contracts: [layoffRegistered],
    })
    await decoder.prepare([value, null, Buffer.from('garbage')])
    expect(decoder.decode(value)).toEqual({
      schemaId: 7,
      schemaName: 'nav.layoffs.LayoffRegistered',
      contract: layoffRegistered,
      data: layoff,
    })
  })

  test('names a type it does not know without reading the body', async () => {
    const decoder = createEventDecoder({ registry: { schemaById: async () => layoffSchema }, contracts: [] })
    const garbage = frame(7, Buffer.from([255, 255]))
    await decoder.prepare([garbage])
    expect(decoder.decode(garbage)).toEqual({
      schemaId: 7,
      schemaName: 'nav.layoffs.LayoffRegistered',
      contract: undefined,
      data: undefined,
    })
  })

  test('one schema that is missing does not keep the others from being read', async () => {
    const registry = {
      schemaById: async (id: number) => {
        if (id === 7) return layoffSchema
        throw new HubError('schema-unknown', 'no such schema')
      },
    }
    const decoder = createEventDecoder({ registry, contracts: [layoffRegistered] })
    const unknown = frame(8, Buffer.from([1]))
    await decoder.prepare([unknown, value])
    expect(decoder.decode(value).data).toEqual(layoff)
    expect(() => decoder.decode(unknown)).toThrow(expect.objectContaining({ code: 'schema-unknown' }))
  })

  test('a registry that comes back is asked again', async () => {
    let away = true
    const registry = {
      schemaById: async () => {
        if (away) throw new HubError('registry-unavailable', 'away')
        return layoffSchema
      },
    }
    const decoder = createEventDecoder({ registry, contracts: [layoffRegistered] })
    await decoder.prepare([value])
    expect(() => decoder.decode(value)).toThrow(expect.objectContaining({ code: 'registry-unavailable' }))
    away = false
    await decoder.prepare([value])
    expect(decoder.decode(value).data).toEqual(layoff)
  })

  test('a value that was not prepared says so', () => {
    const decoder = createEventDecoder({ registry: { schemaById: async () => layoffSchema }, contracts: [] })
    expect(() => decoder.decode(value)).toThrow(expect.objectContaining({ code: 'schema-not-prepared' }))
  })
})

test('a schema within the limits becomes a tree with full names', () => {
  expect(parseSchema(layoffSchema)).toMatchObject({ kind: 'record', name: 'nav.layoffs.LayoffRegistered' })
})

test('whatever JSON stands for a schema, it is read or refused by name', () => {
  const word = fc.constantFrom(
    'record',
    'enum',
    'fixed',
    'array',
    'map',
    'int',
    'string',
    'null',
    '__proto__',
    'A',
    'a.b',
    '',
  )
  const { schema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { depthSize: 'small' },
      word,
      fc.array(tie('schema'), { maxLength: 3 }),
      tie('object'),
      fc.jsonValue(),
    ),
    object: fc.record(
      {
        type: tie('schema'),
        name: word,
        namespace: word,
        items: tie('schema'),
        values: tie('schema'),
        symbols: fc.array(word),
        size: fc.oneof(fc.integer(), fc.double()),
        aliases: fc.oneof(word, fc.array(word)),
        fields: fc.array(fc.record({ name: word, type: tie('schema') }, { requiredKeys: [] }), { maxLength: 4 }),
      },
      { requiredKeys: ['type'] },
    ),
  }))
  fc.assert(
    fc.property(schema, (found) => {
      try {
        parseSchema(found)
      } catch (error) {
        expect(error).toMatchObject({ code: 'schema-invalid' })
      }
    }),
    { numRuns: 2_000 },
  )
})
