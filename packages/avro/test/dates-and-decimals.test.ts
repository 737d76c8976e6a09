import { describe, expect, test } from 'vitest'
import { daysOfLocalDate, localDateOfDays } from '@samspill/contracts'
import { decimalFromBytes, decimalToBytes } from '../src/decimal-bytes.ts'

describe('dates and decimals are counted by us', () => {
  test('every 37th day from 0000 to 9999 is the day that Date says', () => {
    const wrong: string[] = []
    for (let days = -719_528; days <= 2_932_896; days += 37) {
      const text = new Date(days * 86_400_000).toISOString().slice(0, 10)
      if (localDateOfDays(days) !== text || daysOfLocalDate(text) !== days) wrong.push(text)
    }
    expect(wrong).toEqual([])
  })

  test.each([-719_529, 2_932_897, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'day %d is no date that we write',
    (days) => {
      expect(localDateOfDays(days)).toBeUndefined()
    },
  )

  test.each([
    '2019-02-29',
    '1900-02-29',
    '2020-13-01',
    '2020-00-01',
    '2020-04-31',
    '2020-1-01',
    '20-01-2020',
    '2020-01-01T',
    '',
    20_200_101,
    null,
  ])('%j is no date', (text) => {
    expect(daysOfLocalDate(text)).toBeUndefined()
  })

  test.each([
    ['0', '00'],
    ['-1', 'ff'],
    ['127', '7f'],
    ['128', '0080'],
    ['-128', '80'],
    ['-129', 'ff7f'],
    ['32768', '008000'],
    ['99999999999999', '5af3107a3fff'],
    ['-99999999999999', 'a50cef85c001'],
    ['100000000000000', '5af3107a4000'],
    ['170141183460469231731687303715884105727', '7fffffffffffffffffffffffffffffff'],
  ])('%s is written in the fewest bytes, as Java does, and read back', (text, hex) => {
    expect(decimalToBytes(text, 39, 0)?.toString('hex')).toBe(hex)
    expect(decimalFromBytes(Buffer.from(hex, 'hex'), 39, 0)).toBe(text)
  })

  test.each(['1e3', '01', '.5', '5.', '+1', '1,5', ' 1', '--1', 1.5])('%j is no decimal', (text) => {
    expect(decimalToBytes(text, 9, 2)).toBeUndefined()
  })
})
