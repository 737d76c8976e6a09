// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type NationalIdentityNumber,
  type OrganisationNumber,
  type Stream,
  type Timestamp,
} from '@samspill/contracts'

/**
 * Income by month. What employers have reported in the a-melding that a person was paid, month by month, with the
 * deviations that the register itself has marked. It gives pay per month, never per day, and does not tell pay during a
 * layoff apart from other pay.
 */
export const skatteetatenIncome: Stream = {
  name: 'skatteetaten.income',
  agency: 'skatteetaten',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'publisher',
}

/**
 * What one employer reported in the a-melding that a person was paid in one month. A later report with the same person,
 * employer, sub-unit and month replaces it. It does not say on which days the pay was earned.
 */
export interface MonthlyIncomeReported {
  /** Names this report. A report that replaces another has its own id. */
  readonly reportId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who was paid (inntektsmottaker). */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that reported (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (virksomhet) where the pay was earned. */
  readonly subUnit: OrganisationNumber
  /** The calendar month the pay belongs to, as yyyy-mm. */
  readonly month: string
  /** When the a-melding was delivered (leveringstidspunkt). It is due on the 5th of the following month. */
  readonly deliveredAt: Timestamp
  /** The pay of the month, one entry per kind. Empty where the employer reported that nothing was paid. */
  readonly payments: readonly IncomePayment[]
  /** What is marked as not right. Where it is not empty the amounts must not be relied on alone. */
  readonly deviations: readonly IncomeDeviation[]
}

/** One kind of pay, and how much of it in the month. */
export interface IncomePayment {
  /** What kind of pay (beskrivelse). */
  readonly kind: IncomeKind
  /** The amount before tax in øre (beløp). Negative where earlier pay is taken back. */
  readonly amountInOre: number
}

/**
 * FIXED_PAY (fastlønn), HOURLY_PAY (timelønn), FIXED_SUPPLEMENT (faste tillegg), IRREGULAR_SUPPLEMENT (uregelmessige
 * tillegg), OVERTIME (overtidsgodtgjørelse), HOLIDAY_PAY (feriepenger), BONUS (bonus), OTHER (annet).
 */
export type IncomeKind =
  | 'FIXED_PAY'
  | 'HOURLY_PAY'
  | 'FIXED_SUPPLEMENT'
  | 'IRREGULAR_SUPPLEMENT'
  | 'OVERTIME'
  | 'HOLIDAY_PAY'
  | 'BONUS'
  | 'OTHER'
  | 'UNKNOWN'

/** Something that the register has marked as not right in the report (avvik). */
export interface IncomeDeviation {
  /** What kind of deviation. */
  readonly kind: IncomeDeviationKind
  /** The calendar month the deviation is about (avviksperiode), as yyyy-mm. */
  readonly month: string
  /** What the register writes about it, in Norwegian. */
  readonly text: string
}

/**
 * ERROR_IN_REPORT (feil på innsendt a-melding), EMPLOYMENT_MISSING (no employment is registered for the pay),
 * AMOUNT_IMPLAUSIBLE (the amount does not fit the employment), LATE (delivered after the deadline), OTHER.
 */
export type IncomeDeviationKind =
  | 'ERROR_IN_REPORT'
  | 'EMPLOYMENT_MISSING'
  | 'AMOUNT_IMPLAUSIBLE'
  | 'LATE'
  | 'OTHER'
  | 'UNKNOWN'

/**
 * What one employer reported in the a-melding that a person was paid in one month. A later report with the same person,
 * employer, sub-unit and month replaces it. It does not say on which days the pay was earned.
 */
export const monthlyIncomeReported = defineContract<'skatteetaten.income.MonthlyIncomeReported', MonthlyIncomeReported>(
  'skatteetaten.income.MonthlyIncomeReported',
  skatteetatenIncome,
  {
    type: 'record',
    name: 'MonthlyIncomeReported',
    namespace: 'skatteetaten.income',
    doc:
      'What one employer reported in the a-melding that a person was paid in one month. A later report with the same person, employer, sub-unit and month replaces it. It does not say on which days the pay was earned.',
    fields: [
      {
        name: 'reportId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names this report. A report that replaces another has its own id.',
      },
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who was paid (inntektsmottaker).',
      },
      {
        name: 'employer',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'income',
        doc: 'The organisation number of the employer that reported (opplysningspliktig), a main unit.',
      },
      {
        name: 'subUnit',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'income',
        doc: 'The organisation number of the sub-unit (virksomhet) where the pay was earned.',
      },
      { name: 'month', type: 'string', dataClass: 'income', doc: 'The calendar month the pay belongs to, as yyyy-mm.' },
      {
        name: 'deliveredAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the a-melding was delivered (leveringstidspunkt). It is due on the 5th of the following month.',
      },
      {
        name: 'payments',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'IncomePayment',
            doc: 'One kind of pay, and how much of it in the month.',
            fields: [
              {
                name: 'kind',
                type: {
                  type: 'enum',
                  name: 'IncomeKind',
                  doc:
                    'FIXED_PAY (fastlønn), HOURLY_PAY (timelønn), FIXED_SUPPLEMENT (faste tillegg), IRREGULAR_SUPPLEMENT (uregelmessige tillegg), OVERTIME (overtidsgodtgjørelse), HOLIDAY_PAY (feriepenger), BONUS (bonus), OTHER (annet).',
                  symbols: [
                    'FIXED_PAY',
                    'HOURLY_PAY',
                    'FIXED_SUPPLEMENT',
                    'IRREGULAR_SUPPLEMENT',
                    'OVERTIME',
                    'HOLIDAY_PAY',
                    'BONUS',
                    'OTHER',
                    'UNKNOWN',
                  ],
                  default: 'UNKNOWN',
                },
                dataClass: 'income',
                doc: 'What kind of pay (beskrivelse).',
              },
              {
                name: 'amountInOre',
                type: 'long',
                dataClass: 'income',
                doc: 'The amount before tax in øre (beløp). Negative where earlier pay is taken back.',
              },
            ],
          },
        },
        doc: 'The pay of the month, one entry per kind. Empty where the employer reported that nothing was paid.',
      },
      {
        name: 'deviations',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'IncomeDeviation',
            doc: 'Something that the register has marked as not right in the report (avvik).',
            fields: [
              {
                name: 'kind',
                type: {
                  type: 'enum',
                  name: 'IncomeDeviationKind',
                  doc:
                    'ERROR_IN_REPORT (feil på innsendt a-melding), EMPLOYMENT_MISSING (no employment is registered for the pay), AMOUNT_IMPLAUSIBLE (the amount does not fit the employment), LATE (delivered after the deadline), OTHER.',
                  symbols: ['ERROR_IN_REPORT', 'EMPLOYMENT_MISSING', 'AMOUNT_IMPLAUSIBLE', 'LATE', 'OTHER', 'UNKNOWN'],
                  default: 'UNKNOWN',
                },
                dataClass: 'income',
                doc: 'What kind of deviation.',
              },
              {
                name: 'month',
                type: 'string',
                dataClass: 'income',
                doc: 'The calendar month the deviation is about (avviksperiode), as yyyy-mm.',
              },
              {
                name: 'text',
                type: 'string',
                dataClass: 'free-text',
                doc: 'What the register writes about it, in Norwegian.',
              },
            ],
          },
        },
        doc: 'What is marked as not right. Where it is not empty the amounts must not be relied on alone.',
      },
    ],
  },
)
