// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type Decimal,
  type LocalDate,
  type NationalIdentityNumber,
  type OrganisationNumber,
  type Stream,
} from '@samspill/contracts'

/**
 * Layoffs of persons. Who is laid off (permittert), from which employment, from when and by how much, as the register
 * of employers and employees (Aa-registeret) has it from the a-melding. It does not say why, what the person earned, or
 * what the person is entitled to.
 */
export const navLayoffs: Stream = {
  name: 'nav.layoffs',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * A registered layoff has other values than before. It carries the whole layoff as it now stands, not only what
 * changed.
 */
export interface LayoffChanged {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is laid off. */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (underenhet) where the person works. */
  readonly subUnit: OrganisationNumber
  /** The id of the employment (arbeidsforhold) in the register of employers and employees. */
  readonly employmentId: string
  /** The first day of the layoff. Days on which the employer owes pay (arbeidsgiverperiode) are counted from here. */
  readonly start: LocalDate
  /** The last day of the layoff; null while it goes on. */
  readonly end: LocalDate | null
  /** How much of the employment is laid off (permitteringsprosent), 0.01 to 100.00. */
  readonly percentage: Decimal
  /** The first day on which the new values hold. For a correction it is the first day of the layoff. */
  readonly changedFrom: LocalDate
  /** Whether things changed, or were registered wrongly. */
  readonly kind: LayoffChangeKind
}

/** CHANGED: things became different from a day on. CORRECTED: what stood there was wrong from the start. */
export type LayoffChangeKind = 'CHANGED' | 'CORRECTED' | 'UNKNOWN'

/**
 * A registered layoff has other values than before. It carries the whole layoff as it now stands, not only what
 * changed.
 */
export const layoffChanged = defineContract<'nav.layoffs.LayoffChanged', LayoffChanged>(
  'nav.layoffs.LayoffChanged',
  navLayoffs,
  {
    type: 'record',
    name: 'LayoffChanged',
    namespace: 'nav.layoffs',
    doc:
      'A registered layoff has other values than before. It carries the whole layoff as it now stands, not only what changed.',
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
        name: 'employmentId',
        type: 'string',
        dataClass: 'identity',
        doc: 'The id of the employment (arbeidsforhold) in the register of employers and employees.',
      },
      {
        name: 'start',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'employment',
        doc:
          'The first day of the layoff. Days on which the employer owes pay (arbeidsgiverperiode) are counted from here.',
      },
      {
        name: 'end',
        type: ['null', { type: 'int', logicalType: 'date' }],
        default: null,
        dataClass: 'employment',
        doc: 'The last day of the layoff; null while it goes on.',
      },
      {
        name: 'percentage',
        type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
        dataClass: 'employment',
        doc: 'How much of the employment is laid off (permitteringsprosent), 0.01 to 100.00.',
      },
      {
        name: 'changedFrom',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'employment',
        doc: 'The first day on which the new values hold. For a correction it is the first day of the layoff.',
      },
      {
        name: 'kind',
        type: {
          type: 'enum',
          name: 'LayoffChangeKind',
          doc: 'CHANGED: things became different from a day on. CORRECTED: what stood there was wrong from the start.',
          symbols: ['CHANGED', 'CORRECTED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'Whether things changed, or were registered wrongly.',
      },
    ],
  },
)

/** A layoff has ended. It does not say what the person does now. */
export interface LayoffEnded {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who was laid off. */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (underenhet) where the person works. */
  readonly subUnit: OrganisationNumber
  /** The last day of the layoff. */
  readonly end: LocalDate
  /** Why the layoff ended. */
  readonly reason: LayoffEndReason
}

/**
 * BACK_AT_WORK: the person works again as before. EMPLOYMENT_ENDED: the employment itself has ended.
 * REGISTERED_IN_ERROR: there was never such a layoff, and what was built on it does not hold.
 */
export type LayoffEndReason = 'BACK_AT_WORK' | 'EMPLOYMENT_ENDED' | 'REGISTERED_IN_ERROR' | 'UNKNOWN'

/** A layoff has ended. It does not say what the person does now. */
export const layoffEnded = defineContract<'nav.layoffs.LayoffEnded', LayoffEnded>(
  'nav.layoffs.LayoffEnded',
  navLayoffs,
  {
    type: 'record',
    name: 'LayoffEnded',
    namespace: 'nav.layoffs',
    doc: 'A layoff has ended. It does not say what the person does now.',
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
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who was laid off.',
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
        name: 'end',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'employment',
        doc: 'The last day of the layoff.',
      },
      {
        name: 'reason',
        type: {
          type: 'enum',
          name: 'LayoffEndReason',
          doc:
            'BACK_AT_WORK: the person works again as before. EMPLOYMENT_ENDED: the employment itself has ended. REGISTERED_IN_ERROR: there was never such a layoff, and what was built on it does not hold.',
          symbols: ['BACK_AT_WORK', 'EMPLOYMENT_ENDED', 'REGISTERED_IN_ERROR', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'employment',
        doc: 'Why the layoff ended.',
      },
    ],
  },
)

/**
 * A person has been registered as laid off (permittert) from an employment. It does not say why, nor what the person is
 * entitled to.
 */
export interface LayoffRegistered {
  /** Names this layoff in every stream that speaks of it. It is made by the register and says nothing by itself. */
  readonly layoffId: string
  /** The national identity number (fødselsnummer or D-nummer) of the person who is laid off. */
  readonly person: NationalIdentityNumber
  /** The organisation number of the employer that has the duty to report (opplysningspliktig), a main unit. */
  readonly employer: OrganisationNumber
  /** The organisation number of the sub-unit (underenhet) where the person works. */
  readonly subUnit: OrganisationNumber
  /** The id of the employment (arbeidsforhold) in the register of employers and employees. */
  readonly employmentId: string
  /** The first day of the layoff. Days on which the employer owes pay (arbeidsgiverperiode) are counted from here. */
  readonly start: LocalDate
  /** The last day of the layoff; null while it goes on. */
  readonly end: LocalDate | null
  /** How much of the employment is laid off (permitteringsprosent), 0.01 to 100.00. */
  readonly percentage: Decimal
}

/**
 * A person has been registered as laid off (permittert) from an employment. It does not say why, nor what the person is
 * entitled to.
 */
export const layoffRegistered = defineContract<'nav.layoffs.LayoffRegistered', LayoffRegistered>(
  'nav.layoffs.LayoffRegistered',
  navLayoffs,
  {
    type: 'record',
    name: 'LayoffRegistered',
    namespace: 'nav.layoffs',
    doc:
      'A person has been registered as laid off (permittert) from an employment. It does not say why, nor what the person is entitled to.',
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
        name: 'employmentId',
        type: 'string',
        dataClass: 'identity',
        doc: 'The id of the employment (arbeidsforhold) in the register of employers and employees.',
      },
      {
        name: 'start',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'employment',
        doc:
          'The first day of the layoff. Days on which the employer owes pay (arbeidsgiverperiode) are counted from here.',
      },
      {
        name: 'end',
        type: ['null', { type: 'int', logicalType: 'date' }],
        default: null,
        dataClass: 'employment',
        doc: 'The last day of the layoff; null while it goes on.',
      },
      {
        name: 'percentage',
        type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
        dataClass: 'employment',
        doc: 'How much of the employment is laid off (permitteringsprosent), 0.01 to 100.00.',
      },
    ],
  },
)
