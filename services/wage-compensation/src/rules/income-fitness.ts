import type { IncomeDeviation, IncomePayment } from '@samspill/schemas'

/** Whether a month's income can tell what a day is worth, and if not, why. */
export type IncomeFitness =
  | { readonly fit: true; /** Fixed pay of the month in øre. */ readonly monthlyPay: number }
  | { readonly fit: false; readonly why: 'INCOME_MISSING' | 'INCOME_DEVIATES' | 'INCOME_VARIES' }

/**
 * Judges a month's income. It is fit when the register has marked no deviation and all of it is fixed pay: hourly pay,
 * overtime, bonus or holiday pay say what was paid in the month and not what a working day is worth. This is what made
 * the income register too imprecise to pay everybody from in 2020, so that employers had to be asked.
 */
export function fitnessOf(income: {
  readonly payments: readonly IncomePayment[]
  readonly deviations: readonly IncomeDeviation[]
}): IncomeFitness {
  if (income.deviations.length > 0) return { fit: false, why: 'INCOME_DEVIATES' }
  if (income.payments.length === 0) return { fit: false, why: 'INCOME_MISSING' }
  if (!income.payments.every(isFixed)) return { fit: false, why: 'INCOME_VARIES' }
  const monthlyPay = income.payments.reduce((sum, payment) => sum + payment.amountInOre, 0)
  return monthlyPay > 0 ? { fit: true, monthlyPay } : { fit: false, why: 'INCOME_VARIES' }
}

function isFixed(payment: IncomePayment): boolean {
  return payment.kind === 'FIXED_PAY' || payment.kind === 'FIXED_SUPPLEMENT'
}
