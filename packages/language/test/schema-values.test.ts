import { describe, expect, it } from 'vitest'
import { eventFile, problemsOfField } from './small-language.ts'

const moment = '{ "type": "long", "logicalType": "timestamp-millis" }'
const day = '{ "type": "int", "logicalType": "date" }'

describe('given a moment or a day', () => {
  it.each(['timestamp-micros', 'timestamp-nanos', 'local-timestamp-millis', 'time-millis'])(
    'refuses %s',
    (logicalType) => {
      expect(problemsOfField({ type: { type: 'long', logicalType } })).toEqual([
        `${eventFile}, extra: "${logicalType}" is not read alike everywhere. Write ${moment} for a moment, or ${day} for a day. (time-not-millis)`,
      ])
    },
  )

  it.each([
    ['reportedAt', 'long'],
    ['tidspunkt', 'long'],
    ['endTime', 'string'],
  ])('refuses %s as a plain %s', (name, type) => {
    expect(problemsOfField({ name, type })).toEqual([
      `${eventFile}, ${name}: The name says that it is a moment, the type does not. Write ${moment}. (time-not-timestamp)`,
    ])
  })

  it.each([
    ['startDate', 'string'],
    ['sluttDato', 'int'],
  ])('refuses %s as a plain %s', (name, type) => {
    expect(problemsOfField({ name, type })).toEqual([
      `${eventFile}, ${name}: The name says that it is a day, the type does not. Write ${day}. (date-not-date)`,
    ])
  })

  it('takes them as what they are', () => {
    expect(problemsOfField({ name: 'reportedAt', type: JSON.parse(moment) })).toEqual([])
    expect(problemsOfField({ name: 'startDate', type: JSON.parse(day) })).toEqual([])
  })
})

describe('given a logical type', () => {
  it('recognises one that is misspelt', () => {
    expect(problemsOfField({ type: { type: 'string', logicalType: 'organization-number' } })).toEqual([
      `${eventFile}, extra: "organization-number" is no logical type here. Did you mean "organisation-number"? (logical-type-unknown)`,
    ])
  })

  it('refuses one on a type it does not belong on', () => {
    expect(problemsOfField({ type: { type: 'long', logicalType: 'organisation-number' } })).toEqual([
      `${eventFile}, extra: "organisation-number" stands on string, not on long. Write "type": "string". (logical-type-base)`,
    ])
  })

  it('does not take JavaScript’s own words for one', () => {
    expect(problemsOfField({ type: { type: 'string', logicalType: 'constructor' } })[0]).toContain(
      '(logical-type-unknown)',
    )
  })
})

describe('given money or a percentage', () => {
  it.each(['double', 'float'])('refuses %s', (type) => {
    const [problem] = problemsOfField({ name: 'percentage', type })
    expect(problem).toContain(
      `${eventFile}, percentage: A ${type} holds neither money nor a percentage exactly. Write "long"`,
    )
    expect(problem).toContain('"logicalType": "decimal"')
  })

  it.each([
    ['amount', 'amountInOre'],
    ['dailyRate', 'dailyRateInOre'],
    ['payInKroner', 'payInOre'],
    ['totalAmount', 'totalAmountInOre'],
  ])('asks for the unit in the name of %s', (name, right) => {
    expect(problemsOfField({ name, type: 'long' })).toEqual([
      `${eventFile}, ${name}: The name says that it is money but not in what unit. Write whole øre, "type": "long", and the name "${right}". (money-not-in-ore)`,
    ])
  })

  it('asks for a long of øre', () => {
    expect(problemsOfField({ name: 'amountInOre', type: 'int' })).toEqual([
      `${eventFile}, amountInOre: Øre are whole numbers in 64 bits. Write "type": "long", not int. (money-not-long)`,
    ])
    expect(problemsOfField({ name: 'amountInOre', type: 'long' })).toEqual([])
  })

  it.each([
    [{}, 'The decimal does not say how many digits it has. Write e.g. "precision": 5. (decimal-precision)'],
    [
      { precision: 0, scale: 0 },
      'The decimal does not say how many digits it has. Write e.g. "precision": 5. (decimal-precision)',
    ],
    [
      { precision: 5 },
      'The decimal does not say how many digits stand after the point. Write "scale": a whole number from 0 to 5. (decimal-scale)',
    ],
    [
      { precision: 5, scale: 6 },
      'The decimal does not say how many digits stand after the point. Write "scale": a whole number from 0 to 5. (decimal-scale)',
    ],
  ])('asks for the digits of a decimal: %j', (attributes, message) => {
    const type = { type: 'bytes', logicalType: 'decimal', ...attributes }
    expect(problemsOfField({ type })).toEqual([`${eventFile}, extra: ${message}`])
  })

  it('refuses more digits than a fixed has room for', () => {
    const type = { type: 'fixed', name: 'Share', size: 2, logicalType: 'decimal', precision: 5, scale: 2 }
    expect(problemsOfField({ type })[0]).toContain('A fixed of 2 bytes has room for 4 digits.')
  })
})
