import { localDate } from '@samspill/service'
import { describe, expect, test } from 'vitest'
import { decide, type CaseFacts } from '../src/rules/decide.ts'
import { fitnessOf } from '../src/rules/income-fitness.ts'

const fullyLaidOff: CaseFacts = {
  layoff: { start: localDate('2020-03-23'), end: null, degree: 10_000, registeredInError: false },
  income: null,
  laterMonthReported: false,
  employerAsked: false,
  employerPay: null,
  dateOfDeath: null,
  decidedOn: localDate('2020-06-10'),
}
const fixedPay = { fit: true, monthlyPay: 3_900_000 } as const

describe('a layoff', () => {
  test('waits while the income of the month that counts has not come', () => {
    expect(decide(fullyLaidOff)).toEqual({ kind: 'wait' })
  })

  test('is compensated from fixed pay: 39 000 kroner a month are 1 800 a day', () => {
    expect(decide({ ...fullyLaidOff, income: fixedPay })).toEqual({
      kind: 'grant',
      from: '2020-03-25',
      to: '2020-04-17',
      days: 18,
      dailyRate: 180_000,
      total: 3_240_000,
      paySource: 'INCOME_REGISTER',
    })
  })

  test.each(['INCOME_DEVIATES', 'INCOME_VARIES', 'INCOME_MISSING'] as const)(
    'is asked to the employer when the income is not fit: %s',
    (why) => {
      expect(decide({ ...fullyLaidOff, income: { fit: false, why } })).toEqual({ kind: 'ask', reason: why })
    },
  )

  test('is asked to the employer when a later month has come and the one that counts has not', () => {
    expect(decide({ ...fullyLaidOff, laterMonthReported: true })).toEqual({ kind: 'ask', reason: 'INCOME_MISSING' })
  })

  test('is not asked twice', () => {
    expect(decide({ ...fullyLaidOff, employerAsked: true, income: { fit: false, why: 'INCOME_VARIES' } })).toEqual({
      kind: 'wait',
    })
  })

  test("is compensated from the employer's word, less the days paid in advance", () => {
    const employerPay = { dailyPay: 150_000, lastDayOfAdvancedPay: localDate('2020-04-03') }
    expect(decide({ ...fullyLaidOff, employerAsked: true, employerPay })).toEqual({
      kind: 'grant',
      from: '2020-04-06',
      to: '2020-04-17',
      days: 10,
      dailyRate: 150_000,
      total: 1_500_000,
      paySource: 'EMPLOYER',
    })
  })

  test('is refused when the employer has paid all days in advance, or owes no pay', () => {
    const paid = { dailyPay: 150_000, lastDayOfAdvancedPay: localDate('2020-04-17') }
    const unpaid = { dailyPay: 0, lastDayOfAdvancedPay: null }
    expect(decide({ ...fullyLaidOff, employerPay: paid })).toEqual({ kind: 'refuse', reason: 'PAID_BY_EMPLOYER' })
    expect(decide({ ...fullyLaidOff, employerPay: unpaid })).toEqual({ kind: 'refuse', reason: 'NO_PAY' })
  })

  test('is refused at once outside of the scheme, whatever the income', () => {
    const layoff = { ...fullyLaidOff.layoff, start: localDate('2020-09-01') }
    expect(decide({ ...fullyLaidOff, layoff })).toEqual({ kind: 'refuse', reason: 'OUTSIDE_SCHEME' })
  })

  test('is refused when it was never a layoff', () => {
    const layoff = { ...fullyLaidOff.layoff, registeredInError: true }
    expect(decide({ ...fullyLaidOff, layoff, income: fixedPay })).toEqual({
      kind: 'refuse',
      reason: 'REGISTERED_IN_ERROR',
    })
  })

  test('is compensated until the day of death, and refused when that was before the first day', () => {
    const died = (day: string): CaseFacts => ({ ...fullyLaidOff, income: fixedPay, dateOfDeath: localDate(day) })
    expect(decide(died('2020-03-27'))).toMatchObject({ kind: 'grant', days: 3 })
    expect(decide(died('2020-03-24'))).toEqual({ kind: 'refuse', reason: 'PERSON_DIED' })
  })
})

describe('income', () => {
  const fixed = { kind: 'FIXED_PAY', amountInOre: 3_500_000 } as const

  test('is fit when it is fixed pay with fixed supplements', () => {
    const payments = [fixed, { kind: 'FIXED_SUPPLEMENT', amountInOre: 400_000 } as const]
    expect(fitnessOf({ payments, deviations: [] })).toEqual({ fit: true, monthlyPay: 3_900_000 })
  })

  test.each(['HOURLY_PAY', 'OVERTIME', 'HOLIDAY_PAY', 'BONUS', 'UNKNOWN'] as const)('varies with %s in it', (kind) => {
    expect(fitnessOf({ payments: [fixed, { kind, amountInOre: 100_000 }], deviations: [] })).toEqual({
      fit: false,
      why: 'INCOME_VARIES',
    })
  })

  test('deviates where the register says so', () => {
    const deviations = [{ kind: 'ERROR_IN_REPORT', month: '2020-02', text: 'Feil på innsendt a-melding' } as const]
    expect(fitnessOf({ payments: [fixed], deviations })).toEqual({ fit: false, why: 'INCOME_DEVIATES' })
  })

  test('is missing where nothing was paid', () => {
    expect(fitnessOf({ payments: [], deviations: [] })).toEqual({ fit: false, why: 'INCOME_MISSING' })
  })
})
