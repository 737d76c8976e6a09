// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import { defineContract, type NationalIdentityNumber, type Stream } from '@samspill/contracts'

/**
 * Career guidance in Vestland. Whom Vestland county has offered career guidance (karriereveiledning) after a layoff. It
 * does not say that the person has accepted it.
 */
export const vestlandCareerGuidance: Stream = {
  name: 'vestland.career-guidance',
  agency: 'vestland',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * The county has offered a laid-off resident career guidance (karriereveiledning). It does not say that the person has
 * accepted it.
 */
export interface CareerGuidanceOffered {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is offered guidance. */
  readonly person: NationalIdentityNumber
  /** The county number (fylkesnummer), two digits: the county of the residence, which is the one that offers. */
  readonly county: string
  /** What came of the layoff when the offer was made. */
  readonly ground: CareerGuidanceGround
}

/**
 * WAGE_COMPENSATION_GRANTED or WAGE_COMPENSATION_REFUSED: what was decided about the layoff. AWAITING_EMPLOYER: it is
 * not decided yet, since the employer has been asked.
 */
export type CareerGuidanceGround =
  | 'WAGE_COMPENSATION_GRANTED'
  | 'WAGE_COMPENSATION_REFUSED'
  | 'AWAITING_EMPLOYER'
  | 'UNKNOWN'

/**
 * The county has offered a laid-off resident career guidance (karriereveiledning). It does not say that the person has
 * accepted it.
 */
export const careerGuidanceOffered = defineContract<'vestland.career_guidance.CareerGuidanceOffered', CareerGuidanceOffered>(
  'vestland.career_guidance.CareerGuidanceOffered',
  vestlandCareerGuidance,
  {
    type: 'record',
    name: 'CareerGuidanceOffered',
    namespace: 'vestland.career_guidance',
    doc:
      'The county has offered a laid-off resident career guidance (karriereveiledning). It does not say that the person has accepted it.',
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who is offered guidance.',
      },
      {
        name: 'county',
        type: 'string',
        dataClass: 'location',
        doc: 'The county number (fylkesnummer), two digits: the county of the residence, which is the one that offers.',
      },
      {
        name: 'ground',
        type: {
          type: 'enum',
          name: 'CareerGuidanceGround',
          doc:
            'WAGE_COMPENSATION_GRANTED or WAGE_COMPENSATION_REFUSED: what was decided about the layoff. AWAITING_EMPLOYER: it is not decided yet, since the employer has been asked.',
          symbols: ['WAGE_COMPENSATION_GRANTED', 'WAGE_COMPENSATION_REFUSED', 'AWAITING_EMPLOYER', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'income',
        doc: 'What came of the layoff when the offer was made.',
      },
    ],
  },
)

/**
 * The county has withdrawn an offer of career guidance (karriereveiledning), since what it was built on does not hold.
 * It does not say whether the person had accepted it.
 */
export interface CareerGuidanceWithdrawn {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who had been offered guidance. */
  readonly person: NationalIdentityNumber
  /** Why it is withdrawn. */
  readonly reason: CareerGuidanceWithdrawalReason
}

/** REGISTERED_IN_ERROR: there was no such layoff. */
export type CareerGuidanceWithdrawalReason = 'REGISTERED_IN_ERROR' | 'UNKNOWN'

/**
 * The county has withdrawn an offer of career guidance (karriereveiledning), since what it was built on does not hold.
 * It does not say whether the person had accepted it.
 */
export const careerGuidanceWithdrawn = defineContract<'vestland.career_guidance.CareerGuidanceWithdrawn', CareerGuidanceWithdrawn>(
  'vestland.career_guidance.CareerGuidanceWithdrawn',
  vestlandCareerGuidance,
  {
    type: 'record',
    name: 'CareerGuidanceWithdrawn',
    namespace: 'vestland.career_guidance',
    doc:
      'The county has withdrawn an offer of career guidance (karriereveiledning), since what it was built on does not hold. It does not say whether the person had accepted it.',
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who had been offered guidance.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'CareerGuidanceWithdrawalReason',
          doc: 'REGISTERED_IN_ERROR: there was no such layoff.',
          symbols: ['REGISTERED_IN_ERROR', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'Why it is withdrawn.',
      },
    ],
  },
)
