import { describe, expect, test } from 'vitest'
import { createCodecs, EncodeError } from '@samspill/avro'
import { contractOf, layoff, layoffRegistered, type LayoffRegistered } from './contracts.ts'

const codecs = createCodecs()
const codec = codecs.of(layoffRegistered)
const decoded = (bytes: Buffer): unknown => codec.type.fromBuffer(bytes)

function encodeFailure(data: unknown): EncodeError {
  try {
    codec.encode(data as LayoffRegistered)
  } catch (error) {
    if (error instanceof EncodeError) return error
    throw error
  }
  throw new Error('it was encoded')
}

describe('encoding a contract', () => {
  test('what is written is read back in the TypeScript forms, as plain objects', () => {
    const read = decoded(codec.encode(layoff))
    expect(read).toEqual(layoff)
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype)
  })

  test('bytes that are kept are never overwritten by later events', () => {
    const kept = Array.from({ length: 2_000 }, (_, number) => codec.encode({ ...layoff, dailyRate: number }))
    expect(kept.map((bytes) => (decoded(bytes) as LayoffRegistered).dailyRate)).toEqual(kept.map((_, number) => number))
  })

  test('a value larger than the slab is encoded too', () => {
    const attachment = Buffer.alloc(300_000, 7)
    expect(decoded(codec.encode({ ...layoff, attachment }))).toEqual({ ...layoff, attachment })
  })

  test('the framed form is the header and the same body', () => {
    const framed = codec.encodeFramed(258, layoff)
    expect(framed.subarray(0, 5)).toEqual(Buffer.from([0, 0, 0, 1, 2]))
    expect(framed.subarray(5)).toEqual(codec.encode(layoff))
  })

  test.each([
    ['a missing required field', { ...layoff, person: undefined }, 'person', 'missing-field'],
    ['a date that does not exist', { ...layoff, from: '2020-02-30' }, 'from', 'wrong-type'],
    [
      'a date in a list',
      { ...layoff, periods: [layoff.periods[0], { from: 'x', days: 1 }] },
      'periods[1].from',
      'wrong-type',
    ],
    ['a long beyond 2^53', { ...layoff, dailyRate: 2 ** 60 }, 'dailyRate', 'out-of-range'],
    ['a long whose sign would turn', { ...layoff, dailyRate: -(2 ** 52) - 1 }, 'dailyRate', 'out-of-range'],
    ['a decimal with too many digits', { ...layoff, percentage: '33.333' }, 'percentage', 'invalid-value'],
    ['an unknown symbol', { ...layoff, reason: 'constructor' }, 'reason', 'unknown-symbol'],
    [
      'half a character',
      { ...layoff, employer: { organisationNumber: '9', name: 'Fjord \ud800' } },
      'employer.name',
      'invalid-value',
    ],
    [
      'a map key that touches prototypes',
      { ...layoff, amounts: JSON.parse('{"__proto__": 1}') },
      'amounts{0}',
      'forbidden-name',
    ],
    ['a text for a number', { ...layoff, dailyRate: '01010199999 Ola' }, 'dailyRate', 'wrong-type'],
  ])('%s is refused with its path and rule', (_, data, path, rule) => {
    expect(encodeFailure(data)).toMatchObject({ code: 'encode-invalid', path, rule })
  })

  test('the refusal never holds the value, nor a cause that does', () => {
    const failure = encodeFailure({ ...layoff, dailyRate: '01010199999 Ola Nordmann' })
    expect(`${failure.message} ${String(failure.cause)} ${failure.stack}`).not.toMatch(/01010199999|Ola/)
  })

  test('more items than a reader takes are refused before they are sent', () => {
    const nulls = codecs.of(contractOf({ type: 'array', items: 'null' }, 'Nulls'))
    expect(() => nulls.encode({ value: Array.from({ length: 10_001 }, () => null) })).toThrow(EncodeError)
    expect(nulls.encode({ value: [null, null] })).toHaveLength(2)
  })

  test.each(['0.00', '-0.01', '999.99', '-999.99', '1.28', '-1.28', '327.68'])(
    'the decimal %s comes back as it was',
    (text) => {
      expect(decoded(codec.encode({ ...layoff, percentage: text as never }))).toHaveProperty('percentage', text)
    },
  )

  test.each(['0000-01-01', '1899-12-31', '1970-01-01', '2024-02-29', '9999-12-31'])(
    'the date %s comes back as it was',
    (text) => {
      expect(decoded(codec.encode({ ...layoff, from: text as never }))).toHaveProperty('from', text)
    },
  )
})
