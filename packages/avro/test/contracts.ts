import {
  defineContract,
  type AvroSchema,
  type Decimal,
  type LocalDate,
  type Stream,
  type Timestamp,
} from '@samspill/contracts'

export const layoffs: Stream = {
  name: 'nav.layoffs',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}

export interface LayoffRegistered {
  readonly person: string
  readonly employer: { readonly organisationNumber: string; readonly name: string | null }
  readonly reason: 'LACK_OF_WORK' | 'COVID_19' | 'UNKNOWN'
  readonly from: LocalDate
  readonly to: LocalDate | null
  readonly percentage: Decimal
  readonly dailyRate: number
  readonly registeredAt: Timestamp
  readonly byEmployer: boolean
  readonly attachment: Buffer | null
  readonly periods: readonly { readonly from: LocalDate; readonly days: number }[]
  readonly amounts: Readonly<Record<string, number>>
}

export const layoffSchema: AvroSchema<LayoffRegistered> = {
  type: 'record',
  name: 'LayoffRegistered',
  namespace: 'nav.layoffs',
  fields: [
    { name: 'person', type: { type: 'string', logicalType: 'national-identity-number' } },
    {
      name: 'employer',
      type: {
        type: 'record',
        name: 'Employer',
        fields: [
          { name: 'organisationNumber', type: { type: 'string', logicalType: 'organisation-number' } },
          { name: 'name', type: ['null', 'string'], default: null },
        ],
      },
    },
    {
      name: 'reason',
      type: { type: 'enum', name: 'Reason', symbols: ['LACK_OF_WORK', 'COVID_19', 'UNKNOWN'], default: 'UNKNOWN' },
    },
    { name: 'from', type: { type: 'int', logicalType: 'date' } },
    { name: 'to', type: ['null', { type: 'int', logicalType: 'date' }], default: null },
    { name: 'percentage', type: { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 } },
    { name: 'dailyRate', type: 'long' },
    { name: 'registeredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'byEmployer', type: 'boolean' },
    { name: 'attachment', type: ['null', 'bytes'], default: null },
    {
      name: 'periods',
      type: {
        type: 'array',
        items: {
          type: 'record',
          name: 'Period',
          fields: [
            { name: 'from', type: { type: 'int', logicalType: 'date' } },
            { name: 'days', type: 'int' },
          ],
        },
      },
      default: [],
    },
    { name: 'amounts', type: { type: 'map', values: 'long' }, default: {} },
  ],
}

export const layoffRegistered = defineContract('nav.layoffs.LayoffRegistered', layoffs, layoffSchema)

export const layoff: LayoffRegistered = {
  person: '17912099997',
  employer: { organisationNumber: '974760673', name: 'Fjord Hotell AS' },
  reason: 'COVID_19',
  from: '2020-03-20' as LocalDate,
  to: null,
  percentage: '100.00' as Decimal,
  dailyRate: 149_900,
  registeredAt: Date.UTC(2020, 2, 20, 8, 30) as Timestamp,
  byEmployer: true,
  attachment: Buffer.from('varsel'),
  periods: [{ from: '2020-03-20' as LocalDate, days: 18 }],
  amounts: { march: 3_120_000 },
}

/** A contract of one field, for what the layoff does not hold. */
export function contractOf(type: unknown, name = 'Sample', more: readonly object[] = []) {
  return defineContract<string, { value: unknown }>(`nav.layoffs.${name}`, layoffs, {
    type: 'record',
    name,
    namespace: 'nav.layoffs',
    fields: [{ name: 'value', type }, ...more],
  } as AvroSchema<{ value: unknown }>)
}
