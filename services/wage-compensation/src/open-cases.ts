import {
  decimal,
  localDate,
  organisationNumber,
  type Decimal,
  type EventReference,
  type LocalDate,
  type NationalIdentityNumber,
  type OrganisationNumber,
  type Timestamp,
  type Transaction,
} from '@samspill/service'
import type { CaseFacts } from './rules/decide.ts'
import type { IncomeFitness } from './rules/income-fitness.ts'
import { lastReportedMonth } from './rules/reporting-month.ts'

/** A trace that a decision rests on. */
export interface Rests {
  readonly traceparent: string
  readonly tracestate?: string
}

/** A layoff that is not decided, with all that is known of it. */
export interface OpenCase {
  readonly layoffId: string
  readonly person: NationalIdentityNumber
  readonly employer: OrganisationNumber
  readonly subUnit: OrganisationNumber
  readonly percentage: Decimal
  readonly facts: CaseFacts
  /** The event that an earlier decision followed from; undefined where there is none. */
  readonly decidedBy: EventReference | undefined
  /** The traces of the facts, the layoff's first. */
  readonly rests: readonly Rests[]
}

/** Finds a person's layoffs that are not decided. */
export async function openCasesOf(
  transaction: Transaction,
  person: NationalIdentityNumber,
  now: Timestamp,
): Promise<readonly OpenCase[]> {
  const layoffs = await transaction.query<LayoffRow>(
    `select layoff_id, employer, sub_unit, starts::text, ends::text, percentage::text, registered_in_error, outcome,
            layoffs.traceparent, layoffs.tracestate, decided_by_source, decided_by_id, daily_pay::text, last_day_of_advanced_pay::text, died::text,
            employer_pay.traceparent as pay_traceparent, employer_pay.tracestate as pay_tracestate
     from layoffs left join employer_pay using (layoff_id) left join deaths using (person)
     where person = $1 and outcome in ('waiting', 'asked')
     order by starts, layoff_id`,
    [person],
  )
  if (layoffs.rows.length === 0) return []
  const incomes = await transaction.query<IncomeRow>(
    `select employer, sub_unit, month, unfit_because, monthly_pay::text, traceparent, tracestate
     from incomes where person = $1`,
    [person],
  )
  return layoffs.rows.map((row) => caseOf(person, row, incomes.rows, now))
}

function caseOf(
  person: NationalIdentityNumber,
  row: LayoffRow,
  incomes: readonly IncomeRow[],
  now: Timestamp,
): OpenCase {
  const start = localDate(row.starts)
  const month = lastReportedMonth(start)
  const ofEmployer = incomes.filter((each) => each.employer === row.employer && each.sub_unit === row.sub_unit)
  const income = ofEmployer.find((each) => each.month === month)
  return {
    layoffId: row.layoff_id,
    person,
    employer: organisationNumber(row.employer),
    subUnit: organisationNumber(row.sub_unit),
    percentage: decimal(row.percentage),
    facts: {
      layoff: {
        start,
        end: dateOf(row.ends),
        degree: Math.round(Number(row.percentage) * 100),
        registeredInError: row.registered_in_error,
      },
      income: income === undefined ? null : fitnessOfRow(income),
      laterMonthReported: ofEmployer.some((each) => each.month > month),
      employerAsked: row.outcome === 'asked',
      employerPay:
        row.daily_pay === null
          ? null
          : { dailyPay: Number(row.daily_pay), lastDayOfAdvancedPay: dateOf(row.last_day_of_advanced_pay) },
      dateOfDeath: dateOf(row.died),
      decidedOn: localDate(new Date(now).toISOString().slice(0, 10)),
    },
    decidedBy:
      row.decided_by_source === null || row.decided_by_id === null
        ? undefined
        : { source: row.decided_by_source, id: row.decided_by_id },
    rests: [
      restsOn(row.traceparent, row.tracestate),
      restsOn(income?.traceparent ?? null, income?.tracestate ?? null),
      restsOn(row.pay_traceparent, row.pay_tracestate),
    ].flat(),
  }
}

function fitnessOfRow(row: IncomeRow): IncomeFitness {
  return row.unfit_because === null
    ? { fit: true, monthlyPay: Number(row.monthly_pay) }
    : { fit: false, why: row.unfit_because }
}

function restsOn(traceparent: string | null, tracestate: string | null): Rests[] {
  return traceparent === null ? [] : [{ traceparent, ...(tracestate === null ? {} : { tracestate }) }]
}

function dateOf(text: string | null): LocalDate | null {
  return text === null ? null : localDate(text)
}

interface LayoffRow {
  readonly layoff_id: string
  readonly employer: string
  readonly sub_unit: string
  readonly starts: string
  readonly ends: string | null
  readonly percentage: string
  readonly registered_in_error: boolean
  readonly outcome: string
  readonly decided_by_source: string | null
  readonly decided_by_id: string | null
  readonly traceparent: string | null
  readonly tracestate: string | null
  readonly daily_pay: string | null
  readonly last_day_of_advanced_pay: string | null
  readonly pay_traceparent: string | null
  readonly pay_tracestate: string | null
  readonly died: string | null
}

interface IncomeRow {
  readonly employer: string
  readonly sub_unit: string
  readonly month: string
  readonly unfit_because: 'INCOME_MISSING' | 'INCOME_DEVIATES' | 'INCOME_VARIES' | null
  readonly monthly_pay: string | null
  readonly traceparent: string | null
  readonly tracestate: string | null
}
