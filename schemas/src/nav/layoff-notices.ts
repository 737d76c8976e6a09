// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type LocalDate,
  type OrganisationNumber,
  type Stream,
  type Timestamp,
} from '@samspill/contracts'

/**
 * Notices of layoffs. What an employer has told NAV it is going to do: lay off without pay, cut working hours, or
 * dismiss many (melding om permittering, innskrenkning i arbeidstid eller masseoppsigelse). It counts the people who
 * are affected. It does not say who they are, and it does not say that anyone has in fact been laid off: that stands in
 * nav.layoffs.
 */
export const navLayoffNotices: Stream = {
  name: 'nav.layoff-notices',
  agency: 'nav',
  subject: { field: 'subUnit', kind: 'organisation' },
  partitions: 6,
  access: 'open',
  keys: 'hub',
}

/** The employer has withdrawn (trukket) a notice. It does not say what happens instead. */
export interface LayoffNoticeWithdrawn {
  /** Names the notice. A withdrawal carries the same id. */
  readonly noticeId: string
  /**
   * The organisation number of the sub-unit (underenhet, bedriftsnummer) that gives the notice. It may belong to a sole
   * trader, so it is classed as identity.
   */
  readonly subUnit: OrganisationNumber
  /** When the employer withdrew the notice. */
  readonly withdrawnAt: Timestamp
}

/** The employer has withdrawn (trukket) a notice. It does not say what happens instead. */
export const layoffNoticeWithdrawn = defineContract<'nav.layoff_notices.LayoffNoticeWithdrawn', LayoffNoticeWithdrawn>(
  'nav.layoff_notices.LayoffNoticeWithdrawn',
  navLayoffNotices,
  {
    type: 'record',
    name: 'LayoffNoticeWithdrawn',
    namespace: 'nav.layoff_notices',
    doc: 'The employer has withdrawn (trukket) a notice. It does not say what happens instead.',
    fields: [
      {
        name: 'noticeId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'none',
        doc: 'Names the notice. A withdrawal carries the same id.',
      },
      {
        name: 'subUnit',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'identity',
        doc:
          'The organisation number of the sub-unit (underenhet, bedriftsnummer) that gives the notice. It may belong to a sole trader, so it is classed as identity.',
      },
      {
        name: 'withdrawnAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the employer withdrew the notice.',
      },
    ],
  },
)

/**
 * An employer has notified NAV of layoffs, reduced working hours or mass dismissal. It says how many are affected, not
 * who, and not that it has happened.
 */
export interface LayoffNotified {
  /** Names the notice. A withdrawal carries the same id. */
  readonly noticeId: string
  /**
   * The organisation number of the sub-unit (underenhet, bedriftsnummer) that gives the notice. It may belong to a sole
   * trader, so it is classed as identity.
   */
  readonly subUnit: OrganisationNumber
  /** What the employer is going to do. */
  readonly kind: LayoffNoticeKind
  /** How many people are affected (antall berørte), as the employer counts them. */
  readonly affectedCount: number
  /** When the employer sent the notice. */
  readonly submittedAt: Timestamp
  /** The first day the measure takes effect. */
  readonly start: LocalDate
  /** The last day, where the employer knows it. Always null for mass dismissal and reduced working hours. */
  readonly end: LocalDate | null
  /** Why, as the employer gives it. */
  readonly reason: LayoffNoticeReason
  /** The occupations that are affected (yrkeskategorier). May be empty. */
  readonly occupations: readonly NoticedOccupation[]
}

/**
 * What the employer is going to do: MASS_DISMISSAL (masseoppsigelse), LAYOFF_WITHOUT_PAY (permittering uten lønn),
 * REDUCED_WORKING_HOURS (innskrenkning i arbeidstid).
 */
export type LayoffNoticeKind = 'MASS_DISMISSAL' | 'LAYOFF_WITHOUT_PAY' | 'REDUCED_WORKING_HOURS' | 'UNKNOWN'

/**
 * Why: LACK_OF_WORK (mangel på arbeid), LACK_OF_RAW_MATERIALS (råstoffmangel), LABOUR_DISPUTE_OR_STRIKE
 * (arbeidskonflikt eller streik), FIRE (brann), ORDER_FROM_PUBLIC_AUTHORITY (pålegg fra offentlig myndighet), OTHER
 * (andre årsaker).
 */
export type LayoffNoticeReason =
  | 'LACK_OF_WORK'
  | 'LACK_OF_RAW_MATERIALS'
  | 'LABOUR_DISPUTE_OR_STRIKE'
  | 'FIRE'
  | 'ORDER_FROM_PUBLIC_AUTHORITY'
  | 'OTHER'
  | 'UNKNOWN'

/** An occupation that the notice concerns, and how many in it. */
export interface NoticedOccupation {
  /** The concept in NAV's taxonomy of occupations (konseptId), where given. */
  readonly conceptId: number | null
  /** The code in the Standard Classification of Occupations (STYRK-08), e.g. 5161.01, where given. */
  readonly styrk08: string | null
  /** What the occupation is called, in Norwegian, where given. */
  readonly label: string | null
  /** How many in this occupation are affected, where given. */
  readonly count: number | null
}

/**
 * An employer has notified NAV of layoffs, reduced working hours or mass dismissal. It says how many are affected, not
 * who, and not that it has happened.
 */
export const layoffNotified = defineContract<'nav.layoff_notices.LayoffNotified', LayoffNotified>(
  'nav.layoff_notices.LayoffNotified',
  navLayoffNotices,
  {
    type: 'record',
    name: 'LayoffNotified',
    namespace: 'nav.layoff_notices',
    doc:
      'An employer has notified NAV of layoffs, reduced working hours or mass dismissal. It says how many are affected, not who, and not that it has happened.',
    fields: [
      {
        name: 'noticeId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'none',
        doc: 'Names the notice. A withdrawal carries the same id.',
      },
      {
        name: 'subUnit',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'identity',
        doc:
          'The organisation number of the sub-unit (underenhet, bedriftsnummer) that gives the notice. It may belong to a sole trader, so it is classed as identity.',
      },
      {
        name: 'kind',
        type: {
          type: 'enum',
          name: 'LayoffNoticeKind',
          doc:
            'What the employer is going to do: MASS_DISMISSAL (masseoppsigelse), LAYOFF_WITHOUT_PAY (permittering uten lønn), REDUCED_WORKING_HOURS (innskrenkning i arbeidstid).',
          symbols: ['MASS_DISMISSAL', 'LAYOFF_WITHOUT_PAY', 'REDUCED_WORKING_HOURS', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'What the employer is going to do.',
      },
      {
        name: 'affectedCount',
        type: 'int',
        dataClass: 'employment',
        doc: 'How many people are affected (antall berørte), as the employer counts them.',
      },
      {
        name: 'submittedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the employer sent the notice.',
      },
      {
        name: 'start',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'employment',
        doc: 'The first day the measure takes effect.',
      },
      {
        name: 'end',
        type: ['null', { type: 'int', logicalType: 'date' }],
        default: null,
        dataClass: 'employment',
        doc: 'The last day, where the employer knows it. Always null for mass dismissal and reduced working hours.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'LayoffNoticeReason',
          doc:
            'Why: LACK_OF_WORK (mangel på arbeid), LACK_OF_RAW_MATERIALS (råstoffmangel), LABOUR_DISPUTE_OR_STRIKE (arbeidskonflikt eller streik), FIRE (brann), ORDER_FROM_PUBLIC_AUTHORITY (pålegg fra offentlig myndighet), OTHER (andre årsaker).',
          symbols: [
            'LACK_OF_WORK',
            'LACK_OF_RAW_MATERIALS',
            'LABOUR_DISPUTE_OR_STRIKE',
            'FIRE',
            'ORDER_FROM_PUBLIC_AUTHORITY',
            'OTHER',
            'UNKNOWN',
          ],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'Why, as the employer gives it.',
      },
      {
        name: 'occupations',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'NoticedOccupation',
            doc: 'An occupation that the notice concerns, and how many in it.',
            fields: [
              {
                name: 'conceptId',
                type: ['null', 'long'],
                default: null,
                dataClass: 'employment',
                doc: "The concept in NAV's taxonomy of occupations (konseptId), where given.",
              },
              {
                name: 'styrk08',
                type: ['null', 'string'],
                default: null,
                dataClass: 'employment',
                doc: 'The code in the Standard Classification of Occupations (STYRK-08), e.g. 5161.01, where given.',
              },
              {
                name: 'label',
                type: ['null', 'string'],
                default: null,
                dataClass: 'employment',
                doc: 'What the occupation is called, in Norwegian, where given.',
              },
              {
                name: 'count',
                type: ['null', 'int'],
                default: null,
                dataClass: 'employment',
                doc: 'How many in this occupation are affected, where given.',
              },
            ],
          },
        },
        doc: 'The occupations that are affected (yrkeskategorier). May be empty.',
      },
    ],
  },
)
