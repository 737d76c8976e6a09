const payDaysPerYear = 260
const capInBaseAmounts = 6
const wholeDegree = 10_000

/** What one day is worth and what follows for all the days, in whole øre. */
export interface Compensation {
  /** Per day when fully laid off. */
  readonly fullDailyRate: number
  /** Per day, reduced by the layoff degree. */
  readonly dailyRate: number
  readonly total: number
}

/**
 * Works out the compensation from annual pay: a day is 1/260 of the annual pay, at most 1/260 of six basic amounts
 * (skatteetaten.no), reduced by the layoff degree (NITO).
 *
 * All amounts are whole øre; `degree` is in hundredths of a percent. The sources give no rule for rounding: each day's
 * amount is rounded down to whole øre, so that no day passes the cap, and the total is days times that amount. NITO's
 * 2 304 kroner a day is the same cap without its øre.
 */
export function compensationOf(annualPay: number, degree: number, days: number, baseAmount: number): Compensation {
  const counted = Math.min(annualPay, capInBaseAmounts * baseAmount)
  const fullDailyRate = Math.floor(counted / payDaysPerYear)
  const dailyRate = Math.floor((fullDailyRate * degree) / wholeDegree)
  return { fullDailyRate, dailyRate, total: dailyRate * days }
}

/** Annual pay in øre from one month's fixed pay. */
export function annualPayFromMonth(monthlyPay: number): number {
  return monthlyPay * 12
}

/** Annual pay in øre from the pay for one working day, as an employer reports it. */
export function annualPayFromDay(dailyPay: number): number {
  return dailyPay * payDaysPerYear
}
