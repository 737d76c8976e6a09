import type {
  EmployerPayReported,
  LayoffChanged,
  LayoffEnded,
  LayoffRegistered,
  MonthlyIncomeReported,
} from '@samspill/schemas'
import {
  PermanentFailure,
  type EventReference,
  type LocalDate,
  type ReceivedEvent,
  type Transaction,
} from '@samspill/service'
import { fitnessOf } from './rules/income-fitness.ts'

/**
 * Keeps a layoff as it now stands; one that is decided already stays decided until it is reopened. What was corrected before
 * it came, as when it was missed, says nothing new. Throws PermanentFailure where the layoff is another person's.
 */
export async function keepLayoff(
  transaction: Transaction,
  { source, id, data, traceparent, tracestate }: ReceivedEvent<LayoffRegistered | LayoffChanged>,
): Promise<void> {
  const { rowCount } = await transaction.query(
    `insert into layoffs (layoff_id, person, employer, sub_unit, starts, ends, percentage, traceparent, tracestate)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (layoff_id) do update set employer = excluded.employer, sub_unit = excluded.sub_unit,
       starts = excluded.starts, ends = excluded.ends, percentage = excluded.percentage
     where layoffs.person = excluded.person
       and not exists (select from corrections where corrected_source = $10 and corrected_id = $11)`,
    [
      data.layoffId,
      data.person,
      data.employer,
      data.subUnit,
      data.start,
      data.end,
      data.percentage,
      traceparent ?? null,
      tracestate ?? null,
      source,
      id,
    ],
  )
  if (rowCount === 0) await requireOwn(transaction, data)
}

async function requireOwn(
  transaction: Transaction,
  { layoffId, person }: LayoffRegistered | LayoffChanged,
): Promise<void> {
  const own = await transaction.query('select from layoffs where layoff_id = $1 and person = $2', [layoffId, person])
  if (own.rowCount > 0) return
  throw new PermanentFailure(
    'the layoff is kept of another person: it is to be annulled there, and registered here under an id of its own',
  )
}

/** Keeps that a layoff has ended, or never was. */
export async function keepEnd(transaction: Transaction, { data }: ReceivedEvent<LayoffEnded>): Promise<void> {
  await transaction.query(`update layoffs set ends = $2, registered_in_error = $3 where layoff_id = $1`, [
    data.layoffId,
    data.end,
    data.reason === 'REGISTERED_IN_ERROR',
  ])
}

/**
 * Keeps which earlier event a correction is about, and says whether by its word there was no layoff: an annulment that is
 * annulled in its turn says that there was one.
 */
export async function keepCorrection(
  transaction: Transaction,
  { source, id, annuls = false }: ReceivedEvent<LayoffRegistered | LayoffChanged>,
  corrects: EventReference,
): Promise<boolean> {
  const { rows } = await transaction.query<{ readonly inError: boolean }>(
    `insert into corrections (source, id, corrected_source, corrected_id, in_error)
     select $1, $2, $3, $4, $5::boolean and not exists (
       select from corrections as earlier where earlier.source = $3 and earlier.id = $4 and earlier.in_error
     )
     returning in_error as "inError"`,
    [source, id, corrects.source, corrects.id, annuls],
  )
  return rows[0]?.inError === true
}

/** Keeps whether a layoff was registered in error, so that there was none; the latest word counts. */
export async function keepError(transaction: Transaction, layoffId: string, inError: boolean): Promise<void> {
  await transaction.query(`update layoffs set registered_in_error = $2 where layoff_id = $1`, [layoffId, inError])
}

/** Lets a layoff be decided anew, where it is decided: what it was decided on has been corrected. */
export async function reopen(transaction: Transaction, layoffId: string): Promise<void> {
  await transaction.query(
    `update layoffs set outcome = 'waiting' where layoff_id = $1 and outcome in ('granted', 'refused')`,
    [layoffId],
  )
}

/** Keeps what the rules need of a month's income; a report delivered later replaces an earlier one. */
export async function keepIncome(
  transaction: Transaction,
  { data, traceparent, tracestate }: ReceivedEvent<MonthlyIncomeReported>,
): Promise<void> {
  const fitness = fitnessOf(data)
  await transaction.query(
    `insert into incomes
       (person, employer, sub_unit, month, delivered_at, unfit_because, monthly_pay, traceparent, tracestate)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (person, employer, sub_unit, month) do update set delivered_at = excluded.delivered_at,
       unfit_because = excluded.unfit_because, monthly_pay = excluded.monthly_pay,
       traceparent = excluded.traceparent, tracestate = excluded.tracestate
     where incomes.delivered_at <= excluded.delivered_at`,
    [
      data.person,
      data.employer,
      data.subUnit,
      data.month,
      data.deliveredAt,
      fitness.fit ? null : fitness.why,
      fitness.fit ? fitness.monthlyPay : null,
      traceparent ?? null,
      tracestate ?? null,
    ],
  )
}

/** Keeps the employer's word about a layoff; the latest word counts. */
export async function keepEmployerPay(
  transaction: Transaction,
  { data, traceparent, tracestate }: ReceivedEvent<EmployerPayReported>,
): Promise<void> {
  await transaction.query(
    `insert into employer_pay (layoff_id, daily_pay, last_day_of_advanced_pay, traceparent, tracestate)
     values ($1, $2, $3, $4, $5)
     on conflict (layoff_id) do update set daily_pay = excluded.daily_pay,
       last_day_of_advanced_pay = excluded.last_day_of_advanced_pay,
       traceparent = excluded.traceparent, tracestate = excluded.tracestate`,
    [data.layoffId, data.dailyPayInOre, data.lastDayOfAdvancedPay, traceparent ?? null, tracestate ?? null],
  )
}

/** Keeps that a person has died. */
export async function keepDeath(transaction: Transaction, person: string, died: LocalDate): Promise<void> {
  await transaction.query(`insert into deaths (person, died) values ($1, $2) on conflict (person) do nothing`, [
    person,
    died,
  ])
}

/** Keeps what came of a layoff, and which event a decision followed from. */
export async function keepOutcome(
  transaction: Transaction,
  layoffId: string,
  outcome: 'asked' | 'granted' | 'refused',
  decidedBy: EventReference | undefined,
): Promise<void> {
  await transaction.query(
    `update layoffs set outcome = $2, decided_by_source = $3, decided_by_id = $4 where layoff_id = $1`,
    [layoffId, outcome, decidedBy?.source ?? null, decidedBy?.id ?? null],
  )
}
