import { localDate } from '@samspill/service'
import { describe, expect, test } from 'vitest'
import { baseAmount } from '../src/rules/base-amount.ts'
import { annualPayFromMonth, compensationOf } from '../src/rules/daily-rate.ts'
import { lastReportedMonth } from '../src/rules/reporting-month.ts'

const baseAmountOf2019 = 9_985_800

describe('daily rate', () => {
  test('is annual pay divided by 260', () => {
    expect(compensationOf(annualPayFromMonth(3_900_000), 10_000, 18, baseAmountOf2019)).toEqual({
      fullDailyRate: 180_000,
      dailyRate: 180_000,
      total: 3_240_000,
    })
  })

  test('is at most six basic amounts divided by 260: 599 148 kroner give 2 304.41 kroner', () => {
    expect(compensationOf(120_000_000, 10_000, 18, baseAmountOf2019).dailyRate).toBe(230_441)
  })

  test('is reduced by the layoff degree, rounded down to whole øre', () => {
    expect(compensationOf(120_000_000, 5_000, 18, baseAmountOf2019)).toEqual({
      fullDailyRate: 230_441,
      dailyRate: 115_220,
      total: 2_073_960,
    })
  })
})

describe('basic amount', () => {
  test('is the one of 2019 in March 2020', () => {
    expect(baseAmount(localDate('2020-03-23'), localDate('2026-11-21'))).toBe(9_985_800)
  })

  test('is still the one of 2019 for a layoff of May that is decided in June', () => {
    expect(baseAmount(localDate('2020-05-04'), localDate('2020-06-10'))).toBe(9_985_800)
  })

  test('is the one of 2020 for the same layoff decided in October', () => {
    expect(baseAmount(localDate('2020-05-04'), localDate('2020-10-01'))).toBe(10_135_100)
  })
})

describe('last month that employers have reported', () => {
  test('is the month before when the 5th has passed', () => {
    expect(lastReportedMonth(localDate('2020-03-23'))).toBe('2020-02')
  })

  test('is one month earlier until the 5th has passed', () => {
    expect(lastReportedMonth(localDate('2020-03-05'))).toBe('2020-01')
  })

  test('waits for Monday when the 5th is a Sunday', () => {
    expect(lastReportedMonth(localDate('2020-04-06'))).toBe('2020-02')
    expect(lastReportedMonth(localDate('2020-04-07'))).toBe('2020-03')
  })
})
