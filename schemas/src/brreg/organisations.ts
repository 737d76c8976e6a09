// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type MunicipalityNumber,
  type OrganisationNumber,
  type Stream,
  type Timestamp,
} from '@samspill/contracts'

/**
 * Organisations. Which organisations and sub-units are new, changed or deleted in the Central Coordinating Register for
 * Legal Entities (Enhetsregisteret), from its open data. It does not say who holds a role in them.
 */
export const brregOrganisations: Stream = {
  name: 'brreg.organisations',
  agency: 'brreg',
  subject: { field: 'organisationNumber', kind: 'organisation' },
  partitions: 6,
  access: 'open',
  keys: 'hub',
}

/**
 * Something about an organisation or sub-unit has changed (endringstype Endring, or Ukjent). It names what changed
 * where the feed did.
 */
export interface OrganisationChanged {
  /** The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity. */
  readonly organisationNumber: OrganisationNumber
  /** The number of the update in the register's feed (oppdateringsid). It grows, with gaps. */
  readonly updateId: number
  /** Whether it is a main unit or a sub-unit. */
  readonly unit: OrganisationUnitKind
  /** When the register made the change (dato). */
  readonly changedAt: Timestamp
  /** What changed. Empty where the feed did not say. */
  readonly changes: readonly OrganisationFieldChange[]
}

/** MAIN_UNIT (hovedenhet) or SUB_UNIT (underenhet). */
export type OrganisationUnitKind = 'MAIN_UNIT' | 'SUB_UNIT' | 'UNKNOWN'

/** One value that changed, as in JSON Patch (RFC 6902). */
export interface OrganisationFieldChange {
  /** What was done. */
  readonly operation: OrganisationFieldOperation
  /** Where in the register's description of the unit, as a JSON Pointer, e.g. /navn. */
  readonly path: string
  /** The new value as JSON text; null where there is none. */
  readonly value: string | null
}

/** ADD, REPLACE, REMOVE, MOVE, COPY and TEST as in RFC 6902. */
export type OrganisationFieldOperation = 'ADD' | 'REPLACE' | 'REMOVE' | 'MOVE' | 'COPY' | 'TEST' | 'UNKNOWN'

/**
 * Something about an organisation or sub-unit has changed (endringstype Endring, or Ukjent). It names what changed
 * where the feed did.
 */
export const organisationChanged = defineContract<'brreg.organisations.OrganisationChanged', OrganisationChanged>(
  'brreg.organisations.OrganisationChanged',
  brregOrganisations,
  {
    type: 'record',
    name: 'OrganisationChanged',
    namespace: 'brreg.organisations',
    doc:
      'Something about an organisation or sub-unit has changed (endringstype Endring, or Ukjent). It names what changed where the feed did.',
    fields: [
      {
        name: 'organisationNumber',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'identity',
        doc:
          'The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity.',
      },
      {
        name: 'updateId',
        type: 'long',
        dataClass: 'none',
        doc: "The number of the update in the register's feed (oppdateringsid). It grows, with gaps.",
      },
      {
        name: 'unit',
        type: {
          type: 'enum',
          name: 'OrganisationUnitKind',
          doc: 'MAIN_UNIT (hovedenhet) or SUB_UNIT (underenhet).',
          symbols: ['MAIN_UNIT', 'SUB_UNIT', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'Whether it is a main unit or a sub-unit.',
      },
      {
        name: 'changedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the register made the change (dato).',
      },
      {
        name: 'changes',
        type: {
          type: 'array',
          items: {
            type: 'record',
            name: 'OrganisationFieldChange',
            doc: 'One value that changed, as in JSON Patch (RFC 6902).',
            fields: [
              {
                name: 'operation',
                type: {
                  type: 'enum',
                  name: 'OrganisationFieldOperation',
                  doc: 'ADD, REPLACE, REMOVE, MOVE, COPY and TEST as in RFC 6902.',
                  symbols: ['ADD', 'REPLACE', 'REMOVE', 'MOVE', 'COPY', 'TEST', 'UNKNOWN'],
                  default: 'UNKNOWN',
                },
                dataClass: 'none',
                doc: 'What was done.',
              },
              {
                name: 'path',
                type: 'string',
                dataClass: 'none',
                doc: "Where in the register's description of the unit, as a JSON Pointer, e.g. /navn.",
              },
              {
                name: 'value',
                type: ['null', 'string'],
                default: null,
                dataClass: 'contact',
                doc: 'The new value as JSON text; null where there is none.',
              },
            ],
          },
        },
        doc: 'What changed. Empty where the feed did not say.',
      },
    ],
  },
)

/** An organisation or sub-unit is gone from the register (endringstype Sletting) or from its open data (Fjernet). */
export interface OrganisationDeleted {
  /** The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity. */
  readonly organisationNumber: OrganisationNumber
  /** The number of the update in the register's feed (oppdateringsid). It grows, with gaps. */
  readonly updateId: number
  /** Whether it is a main unit or a sub-unit. */
  readonly unit: OrganisationUnitKind
  /** When the register made the change (dato). */
  readonly changedAt: Timestamp
  /** How it is gone. */
  readonly kind: OrganisationDeletionKind
}

/**
 * DELETED: it is deleted (slettet). REMOVED: it is taken out of the open data (fjernet), and copies of it must be
 * deleted.
 */
export type OrganisationDeletionKind = 'DELETED' | 'REMOVED' | 'UNKNOWN'

/** An organisation or sub-unit is gone from the register (endringstype Sletting) or from its open data (Fjernet). */
export const organisationDeleted = defineContract<'brreg.organisations.OrganisationDeleted', OrganisationDeleted>(
  'brreg.organisations.OrganisationDeleted',
  brregOrganisations,
  {
    type: 'record',
    name: 'OrganisationDeleted',
    namespace: 'brreg.organisations',
    doc:
      'An organisation or sub-unit is gone from the register (endringstype Sletting) or from its open data (Fjernet).',
    fields: [
      {
        name: 'organisationNumber',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'identity',
        doc:
          'The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity.',
      },
      {
        name: 'updateId',
        type: 'long',
        dataClass: 'none',
        doc: "The number of the update in the register's feed (oppdateringsid). It grows, with gaps.",
      },
      {
        name: 'unit',
        type: {
          type: 'enum',
          name: 'OrganisationUnitKind',
          doc: 'MAIN_UNIT (hovedenhet) or SUB_UNIT (underenhet).',
          symbols: ['MAIN_UNIT', 'SUB_UNIT', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'Whether it is a main unit or a sub-unit.',
      },
      {
        name: 'changedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the register made the change (dato).',
      },
      {
        name: 'kind',
        type: {
          type: 'enum',
          name: 'OrganisationDeletionKind',
          doc:
            'DELETED: it is deleted (slettet). REMOVED: it is taken out of the open data (fjernet), and copies of it must be deleted.',
          symbols: ['DELETED', 'REMOVED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'How it is gone.',
      },
    ],
  },
)

/** An organisation or sub-unit is new in the register (endringstype Ny). What the feed did not say is null. */
export interface OrganisationRegistered {
  /** The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity. */
  readonly organisationNumber: OrganisationNumber
  /** The number of the update in the register's feed (oppdateringsid). It grows, with gaps. */
  readonly updateId: number
  /** Whether it is a main unit or a sub-unit. */
  readonly unit: OrganisationUnitKind
  /** When the register made the change (dato). */
  readonly changedAt: Timestamp
  /** The name. That of a sole trader holds a person's name. */
  readonly name: string | null
  /** The code of the form of organisation (organisasjonsform), e.g. AS, ENK, BEDR. */
  readonly form: string | null
  /** The unit above it (overordnet enhet), where there is one. */
  readonly parent: OrganisationNumber | null
  /** The main industry (næringskode, SN2007), e.g. 56.101. */
  readonly industryCode: string | null
  /** The municipality of the business address. */
  readonly municipality: MunicipalityNumber | null
}

/** An organisation or sub-unit is new in the register (endringstype Ny). What the feed did not say is null. */
export const organisationRegistered = defineContract<'brreg.organisations.OrganisationRegistered', OrganisationRegistered>(
  'brreg.organisations.OrganisationRegistered',
  brregOrganisations,
  {
    type: 'record',
    name: 'OrganisationRegistered',
    namespace: 'brreg.organisations',
    doc: 'An organisation or sub-unit is new in the register (endringstype Ny). What the feed did not say is null.',
    fields: [
      {
        name: 'organisationNumber',
        type: { type: 'string', logicalType: 'organisation-number' },
        dataClass: 'identity',
        doc:
          'The organisation number (organisasjonsnummer). It may belong to a sole trader, so it is classed as identity.',
      },
      {
        name: 'updateId',
        type: 'long',
        dataClass: 'none',
        doc: "The number of the update in the register's feed (oppdateringsid). It grows, with gaps.",
      },
      {
        name: 'unit',
        type: {
          type: 'enum',
          name: 'OrganisationUnitKind',
          doc: 'MAIN_UNIT (hovedenhet) or SUB_UNIT (underenhet).',
          symbols: ['MAIN_UNIT', 'SUB_UNIT', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'none',
        doc: 'Whether it is a main unit or a sub-unit.',
      },
      {
        name: 'changedAt',
        type: { type: 'long', logicalType: 'timestamp-millis' },
        dataClass: 'none',
        doc: 'When the register made the change (dato).',
      },
      {
        name: 'name',
        type: ['null', 'string'],
        default: null,
        dataClass: 'identity',
        doc: "The name. That of a sole trader holds a person's name.",
      },
      {
        name: 'form',
        type: ['null', 'string'],
        default: null,
        dataClass: 'none',
        doc: 'The code of the form of organisation (organisasjonsform), e.g. AS, ENK, BEDR.',
      },
      {
        name: 'parent',
        type: ['null', { type: 'string', logicalType: 'organisation-number' }],
        default: null,
        dataClass: 'none',
        doc: 'The unit above it (overordnet enhet), where there is one.',
      },
      {
        name: 'industryCode',
        type: ['null', 'string'],
        default: null,
        dataClass: 'none',
        doc: 'The main industry (næringskode, SN2007), e.g. 56.101.',
      },
      {
        name: 'municipality',
        type: ['null', { type: 'string', logicalType: 'municipality-number' }],
        default: null,
        dataClass: 'location',
        doc: 'The municipality of the business address.',
      },
    ],
  },
)
