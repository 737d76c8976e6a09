// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type LocalDate,
  type NationalIdentityNumber,
  type OrganisationNumber,
  type Stream,
  type Timestamp,
} from '@samspill/contracts'

/**
 * Pay asked of and told by employers. What NAV asks an employer when the income that is already shared is not fit for
 * working out lønnskompensasjon, and what the employer answers. It does not say what NAV decided: that stands in
 * nav.benefits.
 */
export const navEmployerPay: Stream = {
  name: 'nav.employer-pay',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * An employer has told what a laid-off person earns per day and what it has paid in advance. It is the employer's word;
 * it has not been checked.
 */
export interface EmployerPayReported {
  /** The request that this answers; null where the employer reported unasked. */
  readonly requestId: string | null
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is laid off. */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (underenhet) where the person works. */
  readonly subUnit: OrganisationNumber
  /** Pay per working day before tax in øre, at the full employment: annual pay divided by 260. */
  readonly dailyPayInOre: number
  /**
   * The last day for which the employer has paid the compensation in advance (forskuttert); null where it has paid
   * nothing.
   */
  readonly lastDayOfAdvancedPay: LocalDate | null
  /** When the employer answered. */
  readonly reportedAt: Timestamp
}

/**
 * An employer has told what a laid-off person earns per day and what it has paid in advance. It is the employer's word;
 * it has not been checked.
 */
export const employerPayReported = defineContract<'nav.employer_pay.EmployerPayReported', EmployerPayReported>(
  'nav.employer_pay.EmployerPayReported',
  navEmployerPay,
  {
    type: 'record',
    name: 'EmployerPayReported',
    namespace: 'nav.employer_pay',
    doc:
      "An employer has told what a laid-off person earns per day and what it has paid in advance. It is the employer's word; it has not been checked.",
    fields: [
      {
        name: 'requestId',
        type: ['null', { type: 'string', logicalType: 'uuid' }],
        default: null,
        dataClass: 'identity',
        doc: 'The request that this answers; null where the employer reported unasked.',
      },
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who is laid off.',
      },
      {
        name: 'employer',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'employment',
        doc: 'The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit.',
      },
      {
        name: 'subUnit',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'employment',
        doc: 'The organisation number of the sub-unit (underenhet) where the person works.',
      },
      {
        name: 'dailyPayInOre',
        type: 'long',
        dataClass: 'income',
        doc: 'Pay per working day before tax in øre, at the full employment: annual pay divided by 260.',
      },
      {
        name: 'lastDayOfAdvancedPay',
        type: ['null', { type: 'int', logicalType: 'date' }],
        default: null,
        dataClass: 'income',
        doc:
          'The last day for which the employer has paid the compensation in advance (forskuttert); null where it has paid nothing.',
      },
      {
        name: 'reportedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the employer answered.',
      },
    ],
  },
)

/** NAV asks an employer for what it cannot know from income that is already shared. It is asked once per layoff. */
export interface EmployerPayRequested {
  /** Names the request. The answer carries the same id. */
  readonly requestId: string
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is laid off. */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (underenhet) where the person works. */
  readonly subUnit: OrganisationNumber
  /** What the employer is asked. */
  readonly questions: readonly EmployerPayQuestion[]
  /** Why the shared income is not fit for use. */
  readonly reason: EmployerPayRequestReason
}

/**
 * DAILY_PAY: what the person earns per working day. LAST_DAY_OF_ADVANCED_PAY: the last day for which the employer has
 * paid the compensation in advance (forskuttert).
 */
export type EmployerPayQuestion = 'DAILY_PAY' | 'LAST_DAY_OF_ADVANCED_PAY' | 'UNKNOWN'

/**
 * INCOME_MISSING: no income is reported for the months that count. INCOME_DEVIATES: the register has marked a
 * deviation. INCOME_VARIES: the pay is not fixed, so pay per day cannot be worked out.
 */
export type EmployerPayRequestReason = 'INCOME_MISSING' | 'INCOME_DEVIATES' | 'INCOME_VARIES' | 'UNKNOWN'

/** NAV asks an employer for what it cannot know from income that is already shared. It is asked once per layoff. */
export const employerPayRequested = defineContract<'nav.employer_pay.EmployerPayRequested', EmployerPayRequested>(
  'nav.employer_pay.EmployerPayRequested',
  navEmployerPay,
  {
    type: 'record',
    name: 'EmployerPayRequested',
    namespace: 'nav.employer_pay',
    doc:
      'NAV asks an employer for what it cannot know from income that is already shared. It is asked once per layoff.',
    fields: [
      {
        name: 'requestId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names the request. The answer carries the same id.',
      },
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who is laid off.',
      },
      {
        name: 'employer',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'employment',
        doc: 'The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit.',
      },
      {
        name: 'subUnit',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'employment',
        doc: 'The organisation number of the sub-unit (underenhet) where the person works.',
      },
      {
        name: 'questions',
        type: {
          type: 'array',
          items: {
            type: 'enum',
            name: 'EmployerPayQuestion',
            doc:
              'DAILY_PAY: what the person earns per working day. LAST_DAY_OF_ADVANCED_PAY: the last day for which the employer has paid the compensation in advance (forskuttert).',
            symbols: ['DAILY_PAY', 'LAST_DAY_OF_ADVANCED_PAY', 'UNKNOWN'],
            default: 'UNKNOWN',
          },
        },
        dataClass: 'employment',
        doc: 'What the employer is asked.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'EmployerPayRequestReason',
          doc:
            'INCOME_MISSING: no income is reported for the months that count. INCOME_DEVIATES: the register has marked a deviation. INCOME_VARIES: the pay is not fixed, so pay per day cannot be worked out.',
          symbols: ['INCOME_MISSING', 'INCOME_DEVIATES', 'INCOME_VARIES', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'income',
        doc: 'Why the shared income is not fit for use.',
      },
    ],
  },
)
