// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import { defineContract, type MunicipalityNumber, type NationalIdentityNumber, type Stream } from '@samspill/contracts'

/**
 * Social assistance in Bergen. For whom Bergen municipality has prepared a prefilled draft of an application for
 * financial social assistance (økonomisk sosialhjelp). It does not say that the person has applied, or needs it. It
 * holds no amounts.
 */
export const bergenSocialAssistance: Stream = {
  name: 'bergen.social-assistance',
  agency: 'bergen',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * The municipality has prepared a draft of an application for financial social assistance (økonomisk sosialhjelp) for a
 * resident, filled in with what is already shared. The draft is the person's own: nobody has applied. It holds no
 * amounts.
 */
export interface SocialAssistanceDraftPrepared {
  /** Names the draft. */
  readonly draftId: string
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person the draft is for. */
  readonly person: NationalIdentityNumber
  /** The municipality number (kommunenummer) of the municipality that prepared it, where the person is resident. */
  readonly municipality: MunicipalityNumber
  /** What is filled in, so that nobody asks the person for it. */
  readonly prefilled: readonly PrefilledFact[]
  /** What the hub does not know, so that the person must be asked. */
  readonly notKnown: readonly DraftFact[]
}

/** A fact that is filled in, and which event it comes from. The fact itself is in the draft, not here. */
export interface PrefilledFact {
  /** Which fact. */
  readonly fact: DraftFact
  /** The stream it comes from, e.g. nav.layoffs. */
  readonly stream: string
  /** The id of the event it comes from. */
  readonly eventId: string
}

/**
 * RESIDENCE, EMPLOYER, LAYOFF, INCOME, WAGE_COMPENSATION, CAREER_GUIDANCE, HOUSEHOLD (who the person lives with),
 * HOUSING_COSTS (boutgifter), ACCOUNT_NUMBER (kontonummer).
 */
export type DraftFact =
  | 'RESIDENCE'
  | 'EMPLOYER'
  | 'LAYOFF'
  | 'INCOME'
  | 'WAGE_COMPENSATION'
  | 'CAREER_GUIDANCE'
  | 'HOUSEHOLD'
  | 'HOUSING_COSTS'
  | 'ACCOUNT_NUMBER'
  | 'UNKNOWN'

/**
 * The municipality has prepared a draft of an application for financial social assistance (økonomisk sosialhjelp) for a
 * resident, filled in with what is already shared. The draft is the person's own: nobody has applied. It holds no
 * amounts.
 */
export const socialAssistanceDraftPrepared = defineContract<'bergen.social_assistance.SocialAssistanceDraftPrepared', SocialAssistanceDraftPrepared>(
  'bergen.social_assistance.SocialAssistanceDraftPrepared',
  bergenSocialAssistance,
  {
    type: 'record',
    name: 'SocialAssistanceDraftPrepared',
    namespace: 'bergen.social_assistance',
    doc:
      "The municipality has prepared a draft of an application for financial social assistance (økonomisk sosialhjelp) for a resident, filled in with what is already shared. The draft is the person's own: nobody has applied. It holds no amounts.",
    fields: [
      {
        name: 'draftId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names the draft.',
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person the draft is for.',
      },
      {
        name: 'municipality',
        type: { type: 'string', logicalType: 'municipality-number' },
        dataClass: 'location',
        doc:
          'The municipality number (kommunenummer) of the municipality that prepared it, where the person is resident.',
      },
      {
        name: 'prefilled',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'PrefilledFact',
            doc: 'A fact that is filled in, and which event it comes from. The fact itself is in the draft, not here.',
            fields: [
              {
                name: 'fact',
                type: {
                  type: 'enum',
                  name: 'DraftFact',
                  doc:
                    'RESIDENCE, EMPLOYER, LAYOFF, INCOME, WAGE_COMPENSATION, CAREER_GUIDANCE, HOUSEHOLD (who the person lives with), HOUSING_COSTS (boutgifter), ACCOUNT_NUMBER (kontonummer).',
                  symbols: [
                    'RESIDENCE',
                    'EMPLOYER',
                    'LAYOFF',
                    'INCOME',
                    'WAGE_COMPENSATION',
                    'CAREER_GUIDANCE',
                    'HOUSEHOLD',
                    'HOUSING_COSTS',
                    'ACCOUNT_NUMBER',
                    'UNKNOWN',
                  ],
                  default: 'UNKNOWN',
                },
                dataClass: 'income',
                doc: 'Which fact.',
              },
              { name: 'stream', type: 'string', dataClass: 'none', doc: 'The stream it comes from, e.g. nav.layoffs.' },
              { name: 'eventId', type: 'string', dataClass: 'identity', doc: 'The id of the event it comes from.' },
            ],
          },
        },
        doc: 'What is filled in, so that nobody asks the person for it.',
      },
      {
        name: 'notKnown',
        type: { type: 'array', items: 'bergen.social_assistance.DraftFact' },
        dataClass: 'income',
        doc: 'What the hub does not know, so that the person must be asked.',
      },
    ],
  },
)

/**
 * The municipality has withdrawn a draft of an application for financial social assistance (økonomisk sosialhjelp),
 * since what it was filled in with does not hold. It says nothing of an application that the person has sent.
 */
export interface SocialAssistanceDraftWithdrawn {
  /** Names the draft. */
  readonly draftId: string
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person the draft was for. */
  readonly person: NationalIdentityNumber
  /** Why it is withdrawn. */
  readonly reason: SocialAssistanceWithdrawalReason
}

/** REGISTERED_IN_ERROR: there was no such layoff. */
export type SocialAssistanceWithdrawalReason = 'REGISTERED_IN_ERROR' | 'UNKNOWN'

/**
 * The municipality has withdrawn a draft of an application for financial social assistance (økonomisk sosialhjelp),
 * since what it was filled in with does not hold. It says nothing of an application that the person has sent.
 */
export const socialAssistanceDraftWithdrawn = defineContract<'bergen.social_assistance.SocialAssistanceDraftWithdrawn', SocialAssistanceDraftWithdrawn>(
  'bergen.social_assistance.SocialAssistanceDraftWithdrawn',
  bergenSocialAssistance,
  {
    type: 'record',
    name: 'SocialAssistanceDraftWithdrawn',
    namespace: 'bergen.social_assistance',
    doc:
      'The municipality has withdrawn a draft of an application for financial social assistance (økonomisk sosialhjelp), since what it was filled in with does not hold. It says nothing of an application that the person has sent.',
    fields: [
      {
        name: 'draftId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names the draft.',
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person the draft was for.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'SocialAssistanceWithdrawalReason',
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
