import { createCodecs, frame } from '@samspill/avro'
import { keyOfSubject, type KeySecret, noHeaders, decodeHeaders } from '@samspill/contracts'
import { layoffRegistered, organisationDeleted } from '@samspill/schemas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { header, kari, keySecrets, layoff, layoffData, ola, openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door[Symbol.asyncDispose]())

const codecs = createCodecs()
const layoffCodec = codecs.of(layoffRegistered)
const keyOf = (person: string): string =>
  keyOfSubject(layoffRegistered.stream, person, keySecrets.get('nav') as KeySecret)
const framedLayoff = (): Buffer => {
  const read = layoffCodec.fromJson(layoffData())
  if ('problems' in read) throw new Error('the sample is not a layoff')
  return frame(door.schemaIdOf('nav.layoffs.LayoffRegistered'), layoffCodec.encode(read.data))
}
const binaryHeaders = (change: Record<string, string> = {}): Record<string, string> => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': 'layoff-1',
  'ce-source': '/nav/aareg',
  'ce-type': 'nav.layoffs.LayoffRegistered',
  ...change,
})

describe('an event in structured mode', () => {
  it('is accepted with the place where all in-sync replicas have it', async () => {
    const answer = await door.post(layoff())
    expect(answer.status).toBe(202)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.json).toEqual({
      results: [
        {
          id: 'b3f7a6de-0d5e-4cf3-9d2a-2a8f1f7a4c11',
          source: '/nav/aareg',
          status: 'accepted',
          stream: 'nav.layoffs',
          partition: expect.any(Number),
          offset: 0,
        },
      ],
    })
  })

  it('is written as framed Avro with CloudEvents headers, under a key that does not tell the number', async () => {
    await door.post(layoff({ correlationid: 'case-7', causationid: 'notice-3', subject: 'whatever' }))
    const [record] = door.records
    expect(record?.topic).toBe('nav.layoffs')
    expect(record?.value?.equals(framedLayoff())).toBe(true)
    expect(record?.key.toString()).toBe(keyOf(kari))
    const headers = Object.fromEntries(
      decodeHeaders(record?.headers ?? noHeaders).map(([name, value]) => [name, value.toString()]),
    )
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'b3f7a6de-0d5e-4cf3-9d2a-2a8f1f7a4c11',
      ce_source: '/nav/aareg',
      ce_type: 'nav.layoffs.LayoffRegistered',
      ce_time: '2020-03-20T08:30:00.000Z',
      ce_subject: keyOf(kari),
      'content-type': 'application/avro',
      ce_correlationid: 'case-7',
      ce_causationid: 'notice-3',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
    })
  })

  it('carries on which earlier event it corrects or takes back', async () => {
    await door.post(layoff({ corrects: 'a-melding-1', annuls: true }))
    await door.post(layoff({ corrects: 'a-melding-1', correctssource: '/nav/altinn', annuls: 'false' }))
    const [annulling, correcting] = door.records.slice(-2)
    expect(header(annulling, 'ce_corrects')).toBe('a-melding-1')
    expect(header(annulling, 'ce_annuls')).toBe('true')
    expect(header(annulling, 'ce_correctssource')).toBeUndefined()
    expect(header(correcting, 'ce_correctssource')).toBe('/nav/altinn')
    expect(header(correcting, 'ce_annuls')).toBeUndefined()
  })

  it('is the first of its case where it names none, and happens now where it does not say when', async () => {
    const before = Date.now()
    await door.post(layoff({ time: undefined }))
    const [record] = door.records
    expect(header(record, 'ce_correlationid')).toBe('b3f7a6de-0d5e-4cf3-9d2a-2a8f1f7a4c11')
    expect(Date.parse(header(record, 'ce_time') ?? '')).toBeGreaterThanOrEqual(before)
  })

  it('keeps the record time for the hub’s own clock, which retention goes by', async () => {
    await door.post(layoff({ time: '1990-01-01T00:00:00Z' }))
    expect(door.records[0]?.timestamp).toBeGreaterThan(Date.parse('2026-01-01T00:00:00Z'))
  })

  it('may carry framed Avro as base64', async () => {
    const { data: _data, ...envelope } = layoff()
    const avro = { datacontenttype: 'application/avro', data_base64: framedLayoff().toString('base64') }
    const answer = await door.post({ ...envelope, ...avro })
    expect(answer.status).toBe(202)
    expect(door.records[0]?.value?.equals(framedLayoff())).toBe(true)
  })

  it('of an open register is keyed by the plain number', async () => {
    const answer = await door.post(
      layoff({
        type: organisationDeleted.type,
        source: '/brreg/enhetsregisteret',
        data: {
          organisationNumber: '974600951',
          updateId: 8123,
          unit: 'MAIN_UNIT',
          changedAt: '2020-03-20T08:30:00Z',
          kind: 'DELETED',
        },
      }),
    )
    expect(answer.json).toMatchObject({ results: [{ status: 'accepted', stream: 'brreg.organisations' }] })
    expect(door.records[0]?.key.toString()).toBe('974600951')
  })
})

describe('an event in binary mode', () => {
  it('is accepted with JSON in the body', async () => {
    const answer = await door.post(layoffData(), binaryHeaders())
    expect(answer.status).toBe(202)
    expect(answer.json.results[0]).toMatchObject({ id: 'layoff-1', status: 'accepted' })
    expect(door.records[0]?.value?.equals(framedLayoff())).toBe(true)
  })

  it('is accepted with framed Avro in the body, which goes on as it came', async () => {
    const answer = await door.post(framedLayoff(), binaryHeaders({ 'content-type': 'application/avro' }))
    expect(answer.status).toBe(202)
    expect(door.records[0]?.value?.equals(framedLayoff())).toBe(true)
    expect(door.records[0]?.key.toString()).toBe(keyOf(kari))
  })

  it('has its header values unescaped', async () => {
    const answer = await door.post(layoffData(), binaryHeaders({ 'ce-id': 'l%C3%B8pe%201' }))
    expect(answer.json.results[0].id).toBe('løpe 1')
  })
})

describe('a batch', () => {
  const batch = { 'content-type': 'application/cloudevents-batch+json' }

  it('is accepted as a whole, one result per event, in order', async () => {
    const people = [kari, ola, kari]
    const events = people.map((person, index) => layoff({ id: `layoff-${index}`, data: layoffData({ person }) }))
    const answer = await door.post(events, batch)
    expect(answer.status).toBe(202)
    expect(answer.json.results.map((result: { id: string }) => result.id)).toEqual(['layoff-0', 'layoff-1', 'layoff-2'])
    expect(door.records.map((record) => header(record, 'ce_id'))).toEqual(['layoff-0', 'layoff-1', 'layoff-2'])
  })

  it('without events has nothing to refuse', async () => {
    const answer = await door.post([], batch)
    expect([answer.status, answer.json]).toEqual([202, { results: [] }])
  })

  it('with one bad event in the middle is accepted but for that one', async () => {
    const bad = layoff({ id: 'layoff-1', data: layoffData({ percentage: 60, salary: 1 }) })
    const answer = await door.post([layoff({ id: 'layoff-0' }), bad, layoff({ id: 'layoff-2' })], batch)
    expect(answer.status).toBe(207)
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(answer.json.results.map((result: { status: string }) => result.status)).toEqual([
      'accepted',
      'refused',
      'accepted',
    ])
    expect(answer.json.results[1]).toMatchObject({
      id: 'layoff-1',
      source: '/nav/aareg',
      problem: {
        status: 422,
        code: 'data-invalid',
        errors: expect.arrayContaining([
          expect.objectContaining({ path: 'data.percentage', rule: 'wrong-type' }),
          expect.objectContaining({ path: 'data.salary', rule: 'unknown-field' }),
        ]),
      },
    })
    expect(door.records.map((record) => header(record, 'ce_id'))).toEqual(['layoff-0', 'layoff-2'])
  })

  it('may hold the same event twice: it counts once', async () => {
    const answer = await door.post([layoff(), layoff()], batch)
    expect([answer.status, door.records.length]).toEqual([202, 2])
  })

  it('in which an id comes again with other content is accepted but for that one', async () => {
    const other = layoff({ data: layoffData({ percentage: '40.00' }) })
    const elsewhere = layoff({ source: '/nav/aareg-2', data: layoffData({ percentage: '40.00' }) })
    const again = layoff({ source: '/nav/aareg-2' })
    const answer = await door.post([layoff(), other, layoff(), elsewhere, elsewhere, again], batch)
    expect(answer.status).toBe(207)
    expect(answer.json.results.map((result: { status: string }) => result.status)).toEqual([
      'accepted',
      'refused',
      'accepted',
      'accepted',
      'accepted',
      'refused',
    ])
    expect(answer.json.results[1]).toMatchObject({
      id: other['id'],
      problem: { status: 422, code: 'id-reused', errors: [{ path: 'id', rule: 'reused' }] },
    })
    expect(door.records).toHaveLength(4)
  })

  it('in which the first of an id is refused itself judges the second alone', async () => {
    const answer = await door.post([layoff({ data: {} }), layoff()], batch)
    expect(answer.json.results[1]).toMatchObject({ status: 'accepted' })
  })

  it('of which nothing is accepted is a problem, with a result for each', async () => {
    const answer = await door.post(
      [layoff({ type: 'nav.Nothing' }), layoff({ source: '/bergen/sosial' }), 'text'],
      batch,
    )
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json.code).toBe('batch-refused')
    expect(answer.json.results.map((result: { problem: { code: string } }) => result.problem.code)).toEqual([
      'event-type-unknown',
      'source-foreign',
      'event-invalid',
    ])
    expect(door.records).toEqual([])
  })

  it('of which every event fails alike has the status of each', async () => {
    const answer = await door.post([layoff({ type: 'nav.Nothing' }), layoff({ type: 'nav.Nothing' })], batch)
    expect(answer.status).toBe(404)
  })
})
