import type { IncomeDeviation, IncomePayment, MonthlyIncomeReported } from '@samspill/schemas'
import { timestamp } from '@samspill/contracts'
import type { Random } from './random.ts'
import type { Resident } from './residents.ts'

const months = ['2020-01', '2020-02', '2020-03'] as const
type Month = (typeof months)[number]

const delivered: Readonly<Record<Month, string>> = {
  '2020-01': '2020-02-05T13:00:00Z',
  '2020-02': '2020-03-05T13:00:00Z',
  '2020-03': '2020-04-06T13:00:00Z',
}

/**
 * What a person's employer reported for the first months of 2020. One report in twelve is marked with a deviation by the
 * register, some pay is by the hour or has overtime in it, and now and then a month was forgotten: together about 15 %
 * of the people whose pay per day the reports do not tell.
 */
export function incomesOf(resident: Resident, random: Random): readonly MonthlyIncomeReported[] {
  const forgotten = random.chance(0.01) ? '2020-02' : undefined
  const deviating = random.chance(0.08)
  return months
    .filter((month) => month !== forgotten)
    .map((month) => ({
      reportId: random.uuid(),
      person: resident.identityNumber,
      employer: resident.employment.employer.number,
      subUnit: resident.employment.employer.subUnit,
      month,
      deliveredAt: timestamp(delivered[month]),
      payments: paymentsOf(resident, random),
      deviations: deviating && month !== '2020-01' ? [deviationOf(month, random)] : [],
    }))
}

function paymentsOf({ employment }: Resident, random: Random): readonly IncomePayment[] {
  if (employment.pay === 'hourly') {
    return [{ kind: 'HOURLY_PAY', amountInOre: Math.round((employment.monthlyPay * random.integer(60, 120)) / 100) }]
  }
  return [{ kind: 'FIXED_PAY', amountInOre: employment.monthlyPay }]
}

function deviationOf(month: string, random: Random): IncomeDeviation {
  return { ...random.pickWeighted(deviations).deviation, month }
}

const deviations: readonly { readonly weight: number; readonly deviation: Omit<IncomeDeviation, 'month'> }[] = [
  { weight: 6, deviation: { kind: 'ERROR_IN_REPORT', text: 'Feil på innsendt a-melding' } },
  { weight: 2, deviation: { kind: 'AMOUNT_IMPLAUSIBLE', text: 'Beløpet passer ikke til arbeidsforholdet' } },
  { weight: 1, deviation: { kind: 'EMPLOYMENT_MISSING', text: 'Arbeidsforholdet mangler i Aa-registeret' } },
]
