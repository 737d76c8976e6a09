import { describe, expect, test } from 'vitest'
import { createCodecs } from '@samspill/avro'
import { contractOf, layoff, layoffRegistered } from './contracts.ts'
import { decodeBody, long, outcomeOf, text } from './decoding.ts'

const outcome = (type: unknown, body: Buffer) => {
  const contract = contractOf(type)
  return outcomeOf(contract.schema, body, contract)
}
const arrayOf = (items: unknown) => ({ type: 'array', items })
const mapOf = (values: unknown) => ({ type: 'map', values })

describe('bytes that ask for more than they hold', () => {
  test('five bytes that announce 50 million nulls are refused at once and cost no memory', async () => {
    const bomb = Buffer.concat([long(50_000_000), long(0)])
    const memory = process.memoryUsage().rss
    const started = performance.now()
    expect(await outcome(arrayOf('null'), bomb)).toBe('decode-too-many-items')
    expect(performance.now() - started).toBeLessThan(500)
    expect(process.memoryUsage().rss - memory).toBeLessThan(50_000_000)
  })

  test.each([
    [
      'nulls in many blocks',
      arrayOf('null'),
      Buffer.concat([...Array(30).fill(long(9_000)), long(0)]),
      'decode-too-many-items',
    ],
    [
      'a negative block of nulls',
      arrayOf('null'),
      Buffer.concat([long(-50_000_000), long(0), long(0)]),
      'decode-too-many-items',
    ],
    [
      'records without fields',
      arrayOf({ type: 'record', name: 'Nothing', fields: [] }),
      Buffer.concat([long(50_000_000), long(0)]),
      'decode-too-many-items',
    ],
    [
      'more longs than bytes are left',
      arrayOf('long'),
      Buffer.concat([long(1_000), long(1), long(0)]),
      'decode-truncated',
    ],
    ['more map entries than bytes are left', mapOf('null'), Buffer.concat([long(1_000), long(0)]), 'decode-truncated'],
    ['a text longer than the value', 'string', Buffer.concat([long(2 ** 40), Buffer.from('x')]), 'decode-truncated'],
    ['bytes longer than the value', 'bytes', Buffer.concat([long(2 ** 40), Buffer.from('x')]), 'decode-truncated'],
    ['a text of negative length', 'string', long(-1), 'decode-invalid'],
    ['bytes of negative length', 'bytes', long(-4), 'decode-invalid'],
    [
      'a block count of 2^63',
      arrayOf('null'),
      Buffer.concat([long(-(2n ** 63n)), long(0), long(0)]),
      'decode-too-many-items',
    ],
    [
      '100,001 items that are there',
      arrayOf('boolean'),
      Buffer.concat([long(100_001), Buffer.alloc(100_001), long(0)]),
      'decode-too-many-items',
    ],
  ])('%s: refused', async (_, type, body, code) => {
    expect(await outcome(type, body)).toBe(code)
  })

  test('a value that holds itself a thousand times is refused before the stack ends', async () => {
    const self = [
      'null',
      { type: 'record', name: 'Link', fields: [{ name: 'next', type: ['null', 'nav.layoffs.Link'] }] },
    ]
    const chain = (links: number) => Buffer.concat([...Array<Buffer>(links).fill(long(1)), long(0)])
    expect(await outcome(self, chain(1_000))).toBe('decode-too-deep')
    expect(await outcome(self, chain(10))).toBe('decoded')
  })

  test('records that multiply without taking bytes end at the number of values', async () => {
    const level = (inner: unknown, name: string) => ({
      type: 'record',
      name,
      fields: Array.from({ length: 25 }, (_, number) => ({
        name: `f${number}`,
        type: number === 0 ? inner : named(inner),
      })),
    })
    const named = (inner: unknown): unknown =>
      typeof inner === 'object' && inner !== null ? Reflect.get(inner, 'name') : inner
    const started = performance.now()
    const nested = ['A', 'B', 'C', 'D', 'E', 'F'].reduce<unknown>((inner, name) => level(inner, name), 'null')
    expect(await outcome(nested, Buffer.alloc(0))).toBe('decode-too-many-items')
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('bytes that are not what the schema says', () => {
  test.each([
    [
      'a map key __proto__',
      mapOf('long'),
      Buffer.concat([long(1), text('__proto__'), long(1), long(0)]),
      'decode-forbidden-name',
    ],
    [
      'a map key constructor',
      mapOf('long'),
      Buffer.concat([long(1), text('constructor'), long(1), long(0)]),
      'decode-forbidden-name',
    ],
    ['a long of 2^60', 'long', long(2n ** 60n), 'decode-long-out-of-range'],
    ['a long of -2^60', 'long', long(-(2n ** 60n)), 'decode-long-out-of-range'],
    ['a long whose sign avsc would turn', 'long', long(-(2n ** 52n) - 1n), 'decode-long-out-of-range'],
    ['an int of 2^40', 'int', long(2n ** 40n), 'decode-invalid'],
    ['a number of eleven bytes', 'long', Buffer.alloc(11, 0x80), 'decode-invalid'],
    ['a boolean of 7', 'boolean', Buffer.from([7]), 'decode-invalid'],
    ['a union index beyond the branches', ['null', 'string'], Buffer.concat([long(2), text('x')]), 'decode-invalid'],
    ['a negative union index', ['null', 'string'], long(-1), 'decode-invalid'],
    ['an enum index beyond the symbols', { type: 'enum', name: 'E', symbols: ['A'] }, long(1), 'decode-invalid'],
    ['a text that is not UTF-8', 'string', Buffer.concat([long(2), Buffer.from([0xc3, 0x28])]), 'decode-invalid'],
    ['a long text that is not UTF-8', 'string', Buffer.concat([long(100), Buffer.alloc(100, 0xff)]), 'decode-invalid'],
    [
      'a map key that is not UTF-8',
      mapOf('null'),
      Buffer.concat([long(1), long(1), Buffer.from([0xff]), long(0)]),
      'decode-invalid',
    ],
    ['a date in the year 99999', { type: 'int', logicalType: 'date' }, long(35_804_357), 'decode-invalid'],
    [
      'a decimal beyond its precision',
      { type: 'bytes', logicalType: 'decimal', precision: 2 },
      Buffer.concat([long(2), Buffer.from([3, 232])]),
      'decode-invalid',
    ],
    [
      'a decimal of 100,000 bytes',
      { type: 'bytes', logicalType: 'decimal', precision: 2 },
      Buffer.concat([long(100_000), Buffer.alloc(100_000, 1)]),
      'decode-invalid',
    ],
    [
      'a block of another size than it says',
      arrayOf('long'),
      Buffer.concat([long(-1), long(2), long(1), long(0)]),
      'decode-invalid',
    ],
    ['bytes after the end', 'long', Buffer.from([2, 0]), 'decode-trailing-bytes'],
    ['nothing at all', 'long', Buffer.alloc(0), 'decode-truncated'],
  ])('%s: refused', async (_, type, body, code) => {
    expect(await outcome(type, body)).toBe(code)
  })

  test.each([
    ['the largest exact long', 'long', long(2n ** 53n - 2n), 2 ** 53 - 2],
    ['the smallest exact long', 'long', long(-(2n ** 52n)), -(2 ** 52)],
    [
      'a negative block with its size',
      arrayOf('long'),
      Buffer.concat([long(-2), long(2), long(1), long(2), long(0)]),
      [1, 2],
    ],
    ['a text in Norwegian and Sámi', 'string', text('Kárášjohka, Øksnes'), 'Kárášjohka, Øksnes'],
    [
      'a map key like a method',
      mapOf('long'),
      Buffer.concat([long(1), text('toString'), long(1), long(0)]),
      { toString: 1 },
    ],
  ])('%s: read', async (_, type, body, value) => {
    const contract = contractOf(type)
    expect((await decodeBody(contract.schema, body, [contract])).data).toEqual({ value })
  })

  test('an event that ends too early is refused at each of its bytes', async () => {
    const body = createCodecs().of(layoffRegistered).encode(layoff)
    for (let length = 0; length < body.length; length++) {
      const code = await outcomeOf(layoffRegistered.schema, body.subarray(0, length), layoffRegistered)
      expect(code).toMatch(/^decode-/)
    }
    expect(await outcomeOf(layoffRegistered.schema, Buffer.concat([body, Buffer.from([0])]), layoffRegistered)).toBe(
      'decode-trailing-bytes',
    )
  })

  test('the message names the field, not the value', async () => {
    const body = createCodecs().of(layoffRegistered).encode(layoff)
    await expect(decodeBody(layoffRegistered.schema, body.subarray(0, 20), [layoffRegistered])).rejects.toThrow(
      /^employer\.organisationNumber: the bytes end/,
    )
  })
})
