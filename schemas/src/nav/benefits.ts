// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type Decimal,
  type LocalDate,
  type NationalIdentityNumber,
  type Stream,
} from '@samspill/contracts'

/**
 * Decisions on wage compensation. What NAV has decided about wage compensation (lønnskompensasjon) for days 3 to 20 of
 * a layoff. It does not say that the money has been paid, and it says nothing of dagpenger after day 20.
 */
export const navBenefits: Stream = {
  name: 'nav.benefits',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * NAV has granted wage compensation (lønnskompensasjon) for days of a layoff. A later decision about the same layoff
 * replaces it. It does not say that the money is paid.
 */
export interface WageCompensationGranted {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who receives it. */
  readonly person: NationalIdentityNumber
  /** The first day that is compensated. */
  readonly from: LocalDate
  /** The last day that is compensated. */
  readonly to: LocalDate
  /** How many days are compensated, Monday to Friday, 1 to 18. Public holidays count. */
  readonly days: number
  /** The compensation per day in øre, after the cap of 6 G divided by 260 and after the layoff percentage. */
  readonly dailyRateInOre: number
  /** Days times daily rate, in øre. */
  readonly totalInOre: number
  /** The layoff percentage (permitteringsprosent) that the rate was worked out with. */
  readonly layoffPercentage: Decimal
  /** Where the pay that the rate builds on comes from. */
  readonly paySource: PaySource
  /**
   * Which version of the rules the decision was made by, e.g. FOR-2020-04-08-757. A new version of the rules is no new
   * decision.
   */
  readonly ruleVersion: string
}

/** INCOME_REGISTER: income that was already shared. EMPLOYER: the employer was asked. */
export type PaySource = 'INCOME_REGISTER' | 'EMPLOYER' | 'UNKNOWN'

/**
 * NAV has granted wage compensation (lønnskompensasjon) for days of a layoff. A later decision about the same layoff
 * replaces it. It does not say that the money is paid.
 */
export const wageCompensationGranted = defineContract<'nav.benefits.WageCompensationGranted', WageCompensationGranted>(
  'nav.benefits.WageCompensationGranted',
  navBenefits,
  {
    type: 'record',
    name: 'WageCompensationGranted',
    namespace: 'nav.benefits',
    doc:
      'NAV has granted wage compensation (lønnskompensasjon) for days of a layoff. A later decision about the same layoff replaces it. It does not say that the money is paid.',
    fields: [
      {
        name: 'layoffId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc:
          'Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself.',
      },
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who receives it.',
      },
      {
        name: 'from',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'income',
        doc: 'The first day that is compensated.',
      },
      {
        name: 'to',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'income',
        doc: 'The last day that is compensated.',
      },
      {
        name: 'days',
        type: 'int',
        dataClass: 'income',
        doc: 'How many days are compensated, Monday to Friday, 1 to 18. Public holidays count.',
      },
      {
        name: 'dailyRateInOre',
        type: 'long',
        dataClass: 'income',
        doc: 'The compensation per day in øre, after the cap of 6 G divided by 260 and after the layoff percentage.',
      },
      { name: 'totalInOre', type: 'long', dataClass: 'income', doc: 'Days times daily rate, in øre.' },
      {
        name: 'layoffPercentage',
        type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
        dataClass: 'employment',
        doc: 'The layoff percentage (permitteringsprosent) that the rate was worked out with.',
      },
      {
        name: 'paySource',
        type: {
          type: 'enum',
          name: 'PaySource',
          doc: 'INCOME_REGISTER: income that was already shared. EMPLOYER: the employer was asked.',
          symbols: ['INCOME_REGISTER', 'EMPLOYER', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'income',
        doc: 'Where the pay that the rate builds on comes from.',
      },
      {
        name: 'ruleVersion',
        type: 'string',
        dataClass: 'none',
        doc:
          'Which version of the rules the decision was made by, e.g. FOR-2020-04-08-757. A new version of the rules is no new decision.',
      },
    ],
  },
)

/**
 * NAV has refused wage compensation (lønnskompensasjon) for a layoff. A later decision about the same layoff replaces
 * it.
 */
export interface WageCompensationRefused {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is refused. */
  readonly person: NationalIdentityNumber
  /** Why it is refused. */
  readonly reason: WageCompensationRefusalReason
  /**
   * Which version of the rules the decision was made by, e.g. FOR-2020-04-08-757. A new version of the rules is no new
   * decision.
   */
  readonly ruleVersion: string
}

/**
 * OUTSIDE_SCHEME: the layoff did not start within the period of the scheme. ENDED_BEFORE_DAY_3: it ended while the
 * employer still owed pay. NO_PAY: there is no pay to compensate. PAID_BY_EMPLOYER: the employer has paid all the days
 * in advance. PERSON_DIED: the person died before the first day. REGISTERED_IN_ERROR: there was no such layoff.
 */
export type WageCompensationRefusalReason =
  | 'OUTSIDE_SCHEME'
  | 'ENDED_BEFORE_DAY_3'
  | 'NO_PAY'
  | 'PAID_BY_EMPLOYER'
  | 'PERSON_DIED'
  | 'REGISTERED_IN_ERROR'
  | 'UNKNOWN'

/**
 * NAV has refused wage compensation (lønnskompensasjon) for a layoff. A later decision about the same layoff replaces
 * it.
 */
export const wageCompensationRefused = defineContract<'nav.benefits.WageCompensationRefused', WageCompensationRefused>(
  'nav.benefits.WageCompensationRefused',
  navBenefits,
  {
    type: 'record',
    name: 'WageCompensationRefused',
    namespace: 'nav.benefits',
    doc:
      'NAV has refused wage compensation (lønnskompensasjon) for a layoff. A later decision about the same layoff replaces it.',
    fields: [
      {
        name: 'layoffId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc:
          'Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself.',
      },
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who is refused.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'WageCompensationRefusalReason',
          doc:
            'OUTSIDE_SCHEME: the layoff did not start within the period of the scheme. ENDED_BEFORE_DAY_3: it ended while the employer still owed pay. NO_PAY: there is no pay to compensate. PAID_BY_EMPLOYER: the employer has paid all the days in advance. PERSON_DIED: the person died before the first day. REGISTERED_IN_ERROR: there was no such layoff.',
          symbols: [
            'OUTSIDE_SCHEME',
            'ENDED_BEFORE_DAY_3',
            'NO_PAY',
            'PAID_BY_EMPLOYER',
            'PERSON_DIED',
            'REGISTERED_IN_ERROR',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
        dataClass: 'income',
        doc: 'Why it is refused.',
      },
      {
        name: 'ruleVersion',
        type: 'string',
        dataClass: 'none',
        doc:
          'Which version of the rules the decision was made by, e.g. FOR-2020-04-08-757. A new version of the rules is no new decision.',
      },
    ],
  },
)
