import { localDate, type LocalDate } from '@samspill/service'
import { describe, expect, test } from 'vitest'
import { compensatedDaysOf, type LayoffPeriod } from '../src/rules/compensated-days.ts'

const laidOff = (start: string, percent = 100, end: LocalDate | null = null): LayoffPeriod => ({
  start: localDate(start),
  end,
  degree: percent * 100,
})

describe('days with wage compensation', () => {
  test('begin on the third working day and are eighteen weekdays', () => {
    expect(compensatedDaysOf(laidOff('2020-03-23'))).toEqual({ from: '2020-03-25', to: '2020-04-17', days: 18 })
  })

  test('count public holidays: Easter of 2020 lies inside', () => {
    expect(compensatedDaysOf(laidOff('2020-04-06'))).toEqual({ from: '2020-04-08', to: '2020-05-01', days: 18 })
  })

  test('begin after four working days at 50 %, and are still eighteen', () => {
    expect(compensatedDaysOf(laidOff('2020-03-23', 50))).toEqual({ from: '2020-03-27', to: '2020-04-21', days: 18 })
  })

  test('begin after five working days at 40 %', () => {
    expect(compensatedDaysOf(laidOff('2020-03-23', 40))).toMatchObject({ from: '2020-03-30' })
  })

  test('wait for an employer period that public holidays interrupt', () => {
    expect(compensatedDaysOf(laidOff('2020-04-08'))).toMatchObject({ from: '2020-04-15' })
  })

  test('begin on a Monday when the employer period ends on a Friday', () => {
    expect(compensatedDaysOf(laidOff('2020-03-26'))).toMatchObject({ from: '2020-03-30' })
  })

  test('are those from 20 March on when the layoff began before', () => {
    expect(compensatedDaysOf(laidOff('2020-03-16'))).toEqual({ from: '2020-03-20', to: '2020-04-10', days: 16 })
  })

  test('are none when day twenty was before 20 March', () => {
    expect(compensatedDaysOf(laidOff('2020-02-03'))).toBe('OUTSIDE_SCHEME')
  })

  test('are there for a layoff that began on 31 August, and not on 1 September', () => {
    expect(compensatedDaysOf(laidOff('2020-08-31'))).toMatchObject({ days: 18 })
    expect(compensatedDaysOf(laidOff('2020-09-01'))).toBe('OUTSIDE_SCHEME')
  })

  test('stop on the last day of the layoff', () => {
    expect(compensatedDaysOf(laidOff('2020-03-23', 100, localDate('2020-03-31')))).toMatchObject({ days: 5 })
  })

  test('are none when the layoff ends while the employer pays', () => {
    expect(compensatedDaysOf(laidOff('2020-03-23', 100, localDate('2020-03-24')))).toBe('ENDED_BEFORE_DAY_3')
  })
})
