import { compileContract, createEventDecoder, type EventDecoder } from '@samspill/avro'
import {
  decimal,
  HubError,
  localDate,
  nationalIdentityNumber,
  organisationNumber,
  type DataOf,
  noHeaders,
  encodeHeaders,
  type RecordHeaders,
} from '@samspill/contracts'
import type { IncomingRecord } from '@samspill/kafka'
import { layoffEnded, layoffRegistered, navLayoffs } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { on } from '../src/index.ts'
import { planRecords, type PlannedRecord } from '../src/reading/planned-record.ts'

const layoff: DataOf<typeof layoffRegistered> = {
  layoffId: '8f3b2f0e-3d0a-4c52-9a1e-0f4d8a5b6c7d',
  person: nationalIdentityNumber('17820300033'),
  employer: organisationNumber('991825827'),
  subUnit: organisationNumber('974760673'),
  employmentId: 'V911050676R16054L0001',
  start: localDate('2020-03-24'),
  end: null,
  percentage: decimal('100.00'),
}
const registered = compileContract(layoffRegistered).encodeFramed(1, layoff)

describe('a record of a stream', () => {
  test('with CloudEvents headers is an event with their envelope', async () => {
    const [planned] = await plan([record({ headers: eventHeaders() })])
    expect(planned).toMatchObject({
      kind: 'event',
      subject: `person:${layoff.person}`,
      event: { id: 'a1', source: '/nav/aareg', type: layoffRegistered.type, correlationId: 'a1', data: layoff },
    })
  })

  test('of a plain client is taken: type, source, id and time come from the record', async () => {
    const [planned] = await plan([record({ offset: 41n, timestamp: Date.parse('2020-03-24T10:00:00Z') })])
    expect(planned).toMatchObject({
      kind: 'event',
      event: {
        id: 'nav.layoffs-2-41',
        source: '/nav/kafka',
        type: layoffRegistered.type,
        time: Date.parse('2020-03-24T10:00:00Z'),
      },
    })
  })

  test('of a type without an "on" is passed over, whatever its bytes are', async () => {
    const headers = eventHeaders({ ce_type: layoffEnded.type })
    expect(await plan([record({ headers, value: Buffer.from('garbage') })])).toMatchObject([
      { kind: 'passed-over', offset: 7n },
    ])
  })

  test.each([
    { what: 'bytes that are not framed', change: { value: Buffer.from('garbage') }, code: 'decode-not-framed' },
    { what: 'an unknown schema id', change: { value: withId(99) }, code: 'schema-unknown' },
    { what: 'no value', change: { value: null }, code: 'record-without-value' },
    { what: 'no key', change: { key: null }, code: 'record-without-key' },
    { what: 'an empty key', change: { key: Buffer.alloc(0) }, code: 'record-without-key' },
    {
      what: 'trailing bytes',
      change: { value: Buffer.concat([registered, Buffer.of(0)]) },
      code: 'decode-trailing-bytes',
    },
    {
      what: 'a source of another agency',
      change: { headers: eventHeaders({ ce_source: '/skatteetaten/aordningen' }) },
      code: 'foreign-source',
    },
    { what: 'a schema of another stream', change: { value: withId(2) }, code: 'foreign-schema' },
    {
      what: 'a header that names another type than the schema',
      change: { headers: eventHeaders(), value: withId(2) },
      code: 'foreign-schema',
    },
  ])('with $what is parked as it was read, with its reason', async ({ change, code }) => {
    const [first, second] = await plan([record(change), record({ offset: 8n })])
    expect(first).toMatchObject({
      kind: 'unreadable',
      stream: 'nav.layoffs',
      offset: 7n,
      record: change,
      error: { code },
    })
    expect(second).toMatchObject({ kind: 'event', offset: 8n })
  })

  test('in a damaged batch blocks from the first offset of the batch: its keys are not known', async () => {
    const damaged = record({ offset: 12n, damagedFrom: 7n, damage: 'holds more than 16 MiB unpacked' })
    expect(await plan([damaged])).toMatchObject([{ kind: 'blocked', offset: 7n, error: { code: 'record-damaged' } }])
  })

  test('says nothing of the data in the reason why it cannot be read', async () => {
    const [planned] = await plan([record({ value: Buffer.concat([registered, Buffer.of(0)]) })])
    expect(planned?.kind).toBe('unreadable')
    expect(JSON.stringify(planned?.kind === 'unreadable' && planned.error.message)).not.toContain(layoff.person)
  })
})

async function plan(records: readonly IncomingRecord[]): Promise<readonly PlannedRecord[]> {
  const subscription = on(layoffRegistered, () => undefined)
  const subscribed = { stream: navLayoffs, subscriptions: new Map([[layoffRegistered.type, subscription]]) }
  return await planRecords(records, { topic: 'nav.layoffs', partition: 2, subscribed }, decoder())
}

function decoder(): EventDecoder {
  const schemas: Record<number, unknown> = {
    1: layoffRegistered.schema,
    2: { type: 'record', name: 'Stranger', namespace: 'elsewhere.stream', fields: [] },
  }
  const unknown = (): never => {
    throw new HubError('schema-unknown', 'the registry knows no such schema')
  }
  const registry = { schemaById: (id: number) => Promise.resolve().then(() => schemas[id] ?? unknown()) }
  return createEventDecoder({ registry, contracts: [layoffRegistered] })
}

function record(change: Partial<IncomingRecord> = {}): IncomingRecord {
  return { offset: 7n, timestamp: 0, key: Buffer.from('k'), value: registered, headers: noHeaders, ...change }
}

function eventHeaders(change: Record<string, string> = {}): RecordHeaders {
  const headers = { ce_id: 'a1', ce_source: '/nav/aareg', ce_type: layoffRegistered.type, ...change }
  return encodeHeaders(Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]))
}

function withId(id: number): Buffer {
  const value = Buffer.from(registered)
  value.writeInt32BE(id, 1)
  return value
}
