import { describe, expect, test } from 'vitest'
import {
  decimal,
  localDate,
  municipalityNumber,
  nationalIdentityNumber,
  organisationNumber,
  textOfMoment,
  timestamp,
} from '../src/index.ts'

const invalid = (message: string): unknown =>
  expect.objectContaining({ code: 'invalid-value', message: expect.stringContaining(message) })

describe('a date', () => {
  test.each(['2020-03-20', '2020-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('may be %s', (text) => {
    expect(localDate(text)).toBe(text)
  })

  test.each([
    '2021-02-29',
    '1900-02-29',
    '2020-04-31',
    '2020-13-01',
    '2020-00-10',
    '2020-01-00',
    '2020-1-1',
    '20200320',
    '2020-03-20T00:00:00Z',
    ' 2020-03-20',
    '+02020-03-20',
    '2020-03-20\n',
  ])('is not %s', (text) => {
    expect(() => localDate(text)).toThrow(invalid('write a day that exists as yyyy-mm-dd'))
  })
})

describe('a moment', () => {
  test.each([
    ['2020-03-20T08:30:00Z', '2020-03-20T08:30:00.000Z'],
    ['2020-03-20T09:30:00+01:00', '2020-03-20T08:30:00.000Z'],
    ['2020-03-20t08:30:00.5z', '2020-03-20T08:30:00.500Z'],
    ['2020-03-20T08:30:00.123456789Z', '2020-03-20T08:30:00.123Z'],
    ['2020-03-19T23:30:00-09:00', '2020-03-20T08:30:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
  ])('written as %s is %s', (text, moment) => {
    expect(new Date(timestamp(text)).toISOString()).toBe(moment)
  })

  test('is the same one that JavaScript reads, in any zone and to the millisecond', () => {
    const wrong: string[] = []
    for (let number = 0; number < 5_000; number += 1) {
      const text = momentNumber(number)
      const moment = timestamp(text)
      if (moment !== Date.parse(text.toUpperCase())) wrong.push(text)
      if (textOfMoment(moment) !== new Date(moment).toISOString()) wrong.push(String(moment))
    }
    expect(wrong).toEqual([])
  })

  test.each([
    '2020-03-20T08:30:00.Z',
    '2020-03-20T08:30:00.1234567890Z',
    '2020-03-20T08:30:00Zz',
    '2020-03-20T08:3:00Z0',
  ])('has no such fraction or end as %s', (text) => {
    expect(() => timestamp(text)).toThrow(invalid('write RFC 3339 with a zone'))
  })

  test('may be told in milliseconds since 1970', () => {
    expect(timestamp(1_584_693_000_000)).toBe(1_584_693_000_000)
  })

  test.each([
    '2020-03-20T08:30:00',
    '2020-03-20 08:30:00Z',
    '2020-02-30T08:30:00Z',
    '2020-03-20T24:00:00Z',
    '2020-03-20T08:60:00Z',
    '2020-03-20T08:30Z',
    '2020-03-20T08:30:00+0100',
    '2020-03-20T08:30:00+24:00',
    '2020-03-20',
    'Fri, 20 Mar 2020 08:30:00 GMT',
    '1584693000000',
    '',
  ])('is not written as %s', (text) => {
    expect(() => timestamp(text)).toThrow(invalid('write RFC 3339 with a zone'))
  })

  test.each([Number.NaN, 0.5, Number.POSITIVE_INFINITY, 2 ** 53])('is not %d milliseconds', (milliseconds) => {
    expect(() => timestamp(milliseconds)).toThrow(invalid('whole milliseconds since 1970'))
  })

  test('that no calendar can write is none', () => {
    expect(() => timestamp(8_640_000_000_000_001)).toThrow(invalid('whole milliseconds since 1970'))
  })
})

describe('a decimal number', () => {
  test.each(['0', '12.50', '-12.50', '0.001', '123456789012345678901234567890.12'])('may be %s', (text) => {
    expect(decimal(text)).toBe(text)
  })

  test.each(['', '.5', '5.', '01', '+1', '1e3', '1,5', ' 1', 'NaN', '0x1'])('is not written as "%s"', (text) => {
    expect(() => decimal(text)).toThrow(invalid('is not a decimal number'))
  })
})

describe('a number that names somebody', () => {
  test('is taken when its check digits are right', () => {
    expect(nationalIdentityNumber('13897512453')).toBe('13897512453')
    expect(organisationNumber('974760673')).toBe('974760673')
    expect(municipalityNumber('0301')).toBe('0301')
  })

  test('is never repeated in the refusal', () => {
    expect(() => nationalIdentityNumber('13897512454')).toThrow(/^[^\d]+$/)
    expect(() => nationalIdentityNumber('13897512454')).toThrow(invalid('eleven digits with valid check digits'))
    expect(() => organisationNumber('123412341')).toThrow(/^[^\d]+$/)
  })

  test.each(['301', '03010', '03O1', ''])('of a municipality is not "%s"', (text) => {
    expect(() => municipalityNumber(text)).toThrow(invalid('four digits are needed'))
  })
})

/** Moments spread over all years from 0001 to 9998, with fractions and zones of every kind. */
function momentNumber(number: number): string {
  const day = new Date(Date.UTC(0, 0, 1) + ((number * 7_919_777) % 2_550_000) * 86_400_000)
  const [date = ''] = day.toISOString().split('T')
  const two = (value: number): string => String(value).padStart(2, '0')
  const time = `${two(number % 24)}:${two((number * 7) % 60)}:${two((number * 11) % 60)}`
  const fraction = number % 10 === 0 ? '' : `.${'987654321'.slice(0, number % 10)}`
  const zone = ['Z', 'z', `+${two(number % 23)}:${two(number % 60)}`, `-${two(number % 14)}:30`][number % 4]
  return `${date}${number % 3 === 0 ? 't' : 'T'}${time}${fraction}${zone}`
}
