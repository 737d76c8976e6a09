import type { LocalDate } from '@samspill/service'
import { baseAmount } from './base-amount.ts'
import { compensatedDaysOf, daysAfter, daysUpTo, type CompensatedDays, type LayoffPeriod } from './compensated-days.ts'
import { annualPayFromDay, annualPayFromMonth, compensationOf } from './daily-rate.ts'
import type { IncomeFitness } from './income-fitness.ts'

/** The regulation of the scheme, as it was when it began. */
export const ruleVersion = 'FOR-2020-04-08-757'

/** All that is known of a layoff when it is decided. What has not come yet is null. */
export interface CaseFacts {
  readonly layoff: LayoffPeriod & { readonly registeredInError: boolean }
  /** Income of the last month that must have been reported, from the employer that laid off. */
  readonly income: IncomeFitness | null
  /** The employer has reported a later month: the one that counts will not come by itself. */
  readonly laterMonthReported: boolean
  readonly employerAsked: boolean
  readonly employerPay: {
    /** Øre per working day. */
    readonly dailyPay: number
    readonly lastDayOfAdvancedPay: LocalDate | null
  } | null
  readonly dateOfDeath: LocalDate | null
  readonly decidedOn: LocalDate
}

/** What follows for the layoff now. Amounts are whole øre. */
export type Decision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'ask'; readonly reason: 'INCOME_MISSING' | 'INCOME_DEVIATES' | 'INCOME_VARIES' }
  | {
      readonly kind: 'refuse'
      readonly reason:
        | 'OUTSIDE_SCHEME'
        | 'ENDED_BEFORE_DAY_3'
        | 'NO_PAY'
        | 'PAID_BY_EMPLOYER'
        | 'PERSON_DIED'
        | 'REGISTERED_IN_ERROR'
    }
  | ({
      readonly kind: 'grant'
      readonly dailyRate: number
      readonly total: number
      readonly paySource: 'INCOME_REGISTER' | 'EMPLOYER'
    } & CompensatedDays)

/** Decides about a layoff, from all that is known of it. */
export type Rule = (facts: CaseFacts) => Decision

/** Decides about a layoff by the rules of spring 2020: refuse, grant, ask the employer, or wait for what has not come. */
export function decide(facts: CaseFacts): Decision {
  if (facts.layoff.registeredInError) return { kind: 'refuse', reason: 'REGISTERED_IN_ERROR' }
  const days = compensatedDaysOf(facts.layoff)
  if (typeof days === 'string') return { kind: 'refuse', reason: days }
  const alive = facts.dateOfDeath === null ? days : daysUpTo(days, facts.dateOfDeath)
  if (alive === undefined) return { kind: 'refuse', reason: 'PERSON_DIED' }
  if (facts.employerPay !== null) return byEmployerPay(facts, alive, facts.employerPay)
  if (facts.employerAsked) return { kind: 'wait' }
  if (facts.income === null) {
    return facts.laterMonthReported ? { kind: 'ask', reason: 'INCOME_MISSING' } : { kind: 'wait' }
  }
  if (!facts.income.fit) return { kind: 'ask', reason: facts.income.why }
  return grant(facts, alive, annualPayFromMonth(facts.income.monthlyPay), 'INCOME_REGISTER')
}

function byEmployerPay(facts: CaseFacts, days: CompensatedDays, pay: NonNullable<CaseFacts['employerPay']>): Decision {
  if (pay.dailyPay <= 0) return { kind: 'refuse', reason: 'NO_PAY' }
  const unpaid = pay.lastDayOfAdvancedPay === null ? days : daysAfter(days, pay.lastDayOfAdvancedPay)
  if (unpaid === undefined) return { kind: 'refuse', reason: 'PAID_BY_EMPLOYER' }
  return grant(facts, unpaid, annualPayFromDay(pay.dailyPay), 'EMPLOYER')
}

function grant(
  facts: CaseFacts,
  days: CompensatedDays,
  annualPay: number,
  paySource: 'INCOME_REGISTER' | 'EMPLOYER',
): Decision {
  const { dailyRate, total } = compensationOf(
    annualPay,
    facts.layoff.degree,
    days.days,
    baseAmount(facts.layoff.start, facts.decidedOn),
  )
  return { kind: 'grant', ...days, dailyRate, total, paySource }
}
