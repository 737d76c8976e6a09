// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import { defineContract, type NationalIdentityNumber, type Stream, type Timestamp } from '@samspill/contracts'

/**
 * Job seekers. Who is registered as a job seeker (arbeidssøker), from when, in which situation, and when the period
 * ended. It does not say which benefit the person receives.
 */
export const navJobSeekers: Stream = {
  name: 'nav.job-seekers',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/** A period as a job seeker has ended. It does not say that the person has found work unless the reason does. */
export interface JobSeekerPeriodEnded {
  /** Names the period as a job seeker (arbeidssøkerperiode). Its end carries the same id. */
  readonly periodId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who was a job seeker. */
  readonly person: NationalIdentityNumber
  /** When the period ended. */
  readonly endedAt: Timestamp
  /** Who ended it. */
  readonly endedBy: JobSeekerActor
  /** Why the period ended. */
  readonly reason: JobSeekerPeriodEndReason
}

/**
 * SELF: the person (sluttbruker). CASEWORKER: an employee of NAV (veileder). SYSTEM: a program, e.g. because a
 * confirmation was not sent.
 */
export type JobSeekerActor = 'SELF' | 'CASEWORKER' | 'SYSTEM' | 'UNKNOWN'

/**
 * OWN_REQUEST: the person asked for it. CONFIRMATION_MISSED: the confirmation (bekreftelse), normally due every 14
 * days, did not come. FOUND_WORK. DIED: the person has died. OTHER.
 */
export type JobSeekerPeriodEndReason =
  | 'OWN_REQUEST'
  | 'CONFIRMATION_MISSED'
  | 'FOUND_WORK'
  | 'DIED'
  | 'OTHER'
  | 'UNKNOWN'

/** A period as a job seeker has ended. It does not say that the person has found work unless the reason does. */
export const jobSeekerPeriodEnded = defineContract<'nav.job_seekers.JobSeekerPeriodEnded', JobSeekerPeriodEnded>(
  'nav.job_seekers.JobSeekerPeriodEnded',
  navJobSeekers,
  {
    type: 'record',
    name: 'JobSeekerPeriodEnded',
    namespace: 'nav.job_seekers',
    doc: 'A period as a job seeker has ended. It does not say that the person has found work unless the reason does.',
    fields: [
      {
        name: 'periodId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names the period as a job seeker (arbeidssøkerperiode). Its end carries the same id.',
      },
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who was a job seeker.',
      },
      {
        name: 'endedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'employment',
        doc: 'When the period ended.',
      },
      {
        name: 'endedBy',
        type: {
          type: 'enum',
          name: 'JobSeekerActor',
          doc:
            'SELF: the person (sluttbruker). CASEWORKER: an employee of NAV (veileder). SYSTEM: a program, e.g. because a confirmation was not sent.',
          symbols: ['SELF', 'CASEWORKER', 'SYSTEM', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'Who ended it.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'JobSeekerPeriodEndReason',
          doc:
            'OWN_REQUEST: the person asked for it. CONFIRMATION_MISSED: the confirmation (bekreftelse), normally due every 14 days, did not come. FOUND_WORK. DIED: the person has died. OTHER.',
          symbols: ['OWN_REQUEST', 'CONFIRMATION_MISSED', 'FOUND_WORK', 'DIED', 'OTHER', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'Why the period ended.',
      },
    ],
  },
)

/** A person has been registered as a job seeker (arbeidssøker). It does not say that the person receives dagpenger. */
export interface JobSeekerRegistered {
  /** Names the period as a job seeker (arbeidssøkerperiode). Its end carries the same id. */
  readonly periodId: string
  /** The national identity number (fødselsnummer or D-nummer) of the job seeker. */
  readonly person: NationalIdentityNumber
  /** When the period began. */
  readonly startedAt: Timestamp
  /** Who registered it. */
  readonly registeredBy: JobSeekerActor
  /** The person's situation at work, as told by the person. May be empty. */
  readonly situations: readonly JobSituation[]
}

/**
 * HAS_RESIGNED (har sagt opp), HAS_BEEN_DISMISSED (har blitt sagt opp), IS_LAID_OFF (er permittert), BANKRUPTCY
 * (konkurs), NEW_JOB (ny jobb), NEVER_WORKED (aldri hatt jobb), OTHER (annet).
 */
export type JobSituation =
  | 'HAS_RESIGNED'
  | 'HAS_BEEN_DISMISSED'
  | 'IS_LAID_OFF'
  | 'BANKRUPTCY'
  | 'NEW_JOB'
  | 'NEVER_WORKED'
  | 'OTHER'
  | 'UNKNOWN'

/** A person has been registered as a job seeker (arbeidssøker). It does not say that the person receives dagpenger. */
export const jobSeekerRegistered = defineContract<'nav.job_seekers.JobSeekerRegistered', JobSeekerRegistered>(
  'nav.job_seekers.JobSeekerRegistered',
  navJobSeekers,
  {
    type: 'record',
    name: 'JobSeekerRegistered',
    namespace: 'nav.job_seekers',
    doc:
      'A person has been registered as a job seeker (arbeidssøker). It does not say that the person receives dagpenger.',
    fields: [
      {
        name: 'periodId',
        type: { type: 'string', logicalType: 'uuid' },
        dataClass: 'identity',
        doc: 'Names the period as a job seeker (arbeidssøkerperiode). Its end carries the same id.',
      },
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the job seeker.',
      },
      {
        name: 'startedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'employment',
        doc: 'When the period began.',
      },
      {
        name: 'registeredBy',
        type: {
          type: 'enum',
          name: 'JobSeekerActor',
          doc:
            'SELF: the person (sluttbruker). CASEWORKER: an employee of NAV (veileder). SYSTEM: a program, e.g. because a confirmation was not sent.',
          symbols: ['SELF', 'CASEWORKER', 'SYSTEM', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'Who registered it.',
      },
      {
        name: 'situations',
        type: {
          type: 'array',
          items: {
            type: 'enum',
            name: 'JobSituation',
            doc:
              'HAS_RESIGNED (har sagt opp), HAS_BEEN_DISMISSED (har blitt sagt opp), IS_LAID_OFF (er permittert), BANKRUPTCY (konkurs), NEW_JOB (ny jobb), NEVER_WORKED (aldri hatt jobb), OTHER (annet).',
            symbols: [
              'HAS_RESIGNED',
              'HAS_BEEN_DISMISSED',
              'IS_LAID_OFF',
              'BANKRUPTCY',
              'NEW_JOB',
              'NEVER_WORKED',
              'OTHER',
              'UNKNOWN',
            ],
            default: 'UNKNOWN',
          },
        },
        dataClass: 'employment',
        doc: "The person's situation at work, as told by the person. May be empty.",
      },
    ],
  },
)
