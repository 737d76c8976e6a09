// Generated from the published language by `samspill schemas generate`. Change the schema, not this file.
import {
  defineContract,
  type LocalDate,
  type MunicipalityNumber,
  type NationalIdentityNumber,
  type Stream,
} from '@samspill/contracts'

/**
 * Persons. What the National Population Register (Folkeregisteret) says of where a person is resident, whether the
 * address is protected, and that a person has died. It holds no address, only the municipality, and not even that where
 * the address is strictly confidential.
 */
export const skatteetatenPersons: Stream = {
  name: 'skatteetaten.persons',
  agency: 'skatteetaten',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

/**
 * The protection of a person's address (adressebeskyttelse) has changed. Time-critical: who holds an address of the
 * person acts at once. It holds no address and no municipality.
 */
export interface AddressProtected {
  /** The national identity number (fødselsnummer or D-nummer) of the person who is protected. */
  readonly person: NationalIdentityNumber
  /** How far the address is protected. */
  readonly degree: AddressProtectionDegree
  /** The first day of the protection. */
  readonly from: LocalDate
}

/**
 * NONE: the protection is lifted (ugradert). CONFIDENTIAL (fortrolig): the address goes to public bodies only.
 * STRICTLY_CONFIDENTIAL (strengt fortrolig): nobody gets address data, the municipality included, and what is stored is
 * deleted. Treat UNKNOWN as STRICTLY_CONFIDENTIAL.
 */
export type AddressProtectionDegree = 'NONE' | 'CONFIDENTIAL' | 'STRICTLY_CONFIDENTIAL' | 'UNKNOWN'

/**
 * The protection of a person's address (adressebeskyttelse) has changed. Time-critical: who holds an address of the
 * person acts at once. It holds no address and no municipality.
 */
export const addressProtected = defineContract<'skatteetaten.persons.AddressProtected', AddressProtected>(
  'skatteetaten.persons.AddressProtected',
  skatteetatenPersons,
  {
    type: 'record',
    name: 'AddressProtected',
    namespace: 'skatteetaten.persons',
    doc:
      "The protection of a person's address (adressebeskyttelse) has changed. Time-critical: who holds an address of the person acts at once. It holds no address and no municipality.",
    fields: [
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who is protected.',
      },
      {
        name: 'degree',
        type: {
          type: 'enum',
          name: 'AddressProtectionDegree',
          doc:
            'NONE: the protection is lifted (ugradert). CONFIDENTIAL (fortrolig): the address goes to public bodies only. STRICTLY_CONFIDENTIAL (strengt fortrolig): nobody gets address data, the municipality included, and what is stored is deleted. Treat UNKNOWN as STRICTLY_CONFIDENTIAL.',
          symbols: ['NONE', 'CONFIDENTIAL', 'STRICTLY_CONFIDENTIAL', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'location',
        doc: 'How far the address is protected.',
      },
      {
        name: 'from',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'location',
        doc: 'The first day of the protection.',
      },
    ],
  },
)

/** A person is registered as dead (død). It says nothing of the cause. */
export interface PersonDied {
  /** The national identity number (fødselsnummer or D-nummer) of the person who has died. */
  readonly person: NationalIdentityNumber
  /** The day of death; null where the register does not know it. */
  readonly dateOfDeath: LocalDate | null
}

/** A person is registered as dead (død). It says nothing of the cause. */
export const personDied = defineContract<'skatteetaten.persons.PersonDied', PersonDied>(
  'skatteetaten.persons.PersonDied',
  skatteetatenPersons,
  {
    type: 'record',
    name: 'PersonDied',
    namespace: 'skatteetaten.persons',
    doc: 'A person is registered as dead (død). It says nothing of the cause.',
    fields: [
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the person who has died.',
      },
      {
        name: 'dateOfDeath',
        type: ['null', { type: 'int', logicalType: 'date' }],
        default: null,
        dataClass: 'identity',
        doc: 'The day of death; null where the register does not know it.',
      },
    ],
  },
)

/**
 * A person is resident in another municipality than before, or the register has corrected where. It is not made for a
 * move inside a municipality.
 */
export interface ResidenceChanged {
  /** The national identity number (fødselsnummer or D-nummer) of the resident. */
  readonly person: NationalIdentityNumber
  /** The new municipality number (kommunenummer) as it was on the first day. */
  readonly municipality: MunicipalityNumber
  /** The first day of the new residence. */
  readonly from: LocalDate
  /** Where the person was resident until then; null where it may not be said or was not known. */
  readonly previousMunicipality: MunicipalityNumber | null
  /** Whether the person moved, or the register was wrong. */
  readonly kind: ResidenceChangeKind
}

/** MOVED: the person moved. CORRECTED: what stood there was wrong. */
export type ResidenceChangeKind = 'MOVED' | 'CORRECTED' | 'UNKNOWN'

/**
 * A person is resident in another municipality than before, or the register has corrected where. It is not made for a
 * move inside a municipality.
 */
export const residenceChanged = defineContract<'skatteetaten.persons.ResidenceChanged', ResidenceChanged>(
  'skatteetaten.persons.ResidenceChanged',
  skatteetatenPersons,
  {
    type: 'record',
    name: 'ResidenceChanged',
    namespace: 'skatteetaten.persons',
    doc:
      'A person is resident in another municipality than before, or the register has corrected where. It is not made for a move inside a municipality.',
    fields: [
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the resident.',
      },
      {
        name: 'municipality',
        type: { type: 'string', logicalType: 'municipality-number' },
        dataClass: 'location',
        doc: 'The new municipality number (kommunenummer) as it was on the first day.',
      },
      {
        name: 'from',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'location',
        doc: 'The first day of the new residence.',
      },
      {
        name: 'previousMunicipality',
        type: ['null', { type: 'string', logicalType: 'municipality-number' }],
        default: null,
        dataClass: 'location',
        doc: 'Where the person was resident until then; null where it may not be said or was not known.',
      },
      {
        name: 'kind',
        type: {
          type: 'enum',
          name: 'ResidenceChangeKind',
          doc: 'MOVED: the person moved. CORRECTED: what stood there was wrong.',
          symbols: ['MOVED', 'CORRECTED', 'UNKNOWN'],
          default: 'UNKNOWN',
        },
        dataClass: 'location',
        doc: 'Whether the person moved, or the register was wrong.',
      },
    ],
  },
)

/**
 * A person has been registered as resident (bosatt) in a municipality. It holds no address. The event is not made for a
 * person whose address is strictly confidential.
 */
export interface ResidenceRegistered {
  /** The national identity number (fødselsnummer or D-nummer) of the resident. */
  readonly person: NationalIdentityNumber
  /** The municipality number (kommunenummer) as it was on the first day. */
  readonly municipality: MunicipalityNumber
  /** The first day of the residence. */
  readonly from: LocalDate
}

/**
 * A person has been registered as resident (bosatt) in a municipality. It holds no address. The event is not made for a
 * person whose address is strictly confidential.
 */
export const residenceRegistered = defineContract<'skatteetaten.persons.ResidenceRegistered', ResidenceRegistered>(
  'skatteetaten.persons.ResidenceRegistered',
  skatteetatenPersons,
  {
    type: 'record',
    name: 'ResidenceRegistered',
    namespace: 'skatteetaten.persons',
    doc:
      'A person has been registered as resident (bosatt) in a municipality. It holds no address. The event is not made for a person whose address is strictly confidential.',
    fields: [
      {
        name: 'person',
        type: { type: 'string', logicalType: 'national-identity-number' },
        dataClass: 'identity',
        doc: 'The national identity number (fødselsnummer or D-nummer) of the resident.',
      },
      {
        name: 'municipality',
        type: { type: 'string', logicalType: 'municipality-number' },
        dataClass: 'location',
        doc: 'The municipality number (kommunenummer) as it was on the first day.',
      },
      {
        name: 'from',
        type: { type: 'int', logicalType: 'date' },
        dataClass: 'location',
        doc: 'The first day of the residence.',
      },
    ],
  },
)
