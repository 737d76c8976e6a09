import { createCodecs, frame } from '@samspill/avro'
import { contracts, layoffRegistered } from '@samspill/schemas'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { header, kari, layoffData, ola, openDoor, type TestAnswer, type TestDoor } from './door.ts'
import { protobufBatch, protobufEvent, type ProtobufEvent } from './protobuf-format.ts'

let door: TestDoor
beforeAll(async () => {
  door = await openDoor({ limits: { SAMSPILL_INGRESS_BATCH_EVENTS: '10' } })
})
beforeEach(() => {
  door.records.length = 0
})
afterAll(() => door[Symbol.asyncDispose]())

/** The test's registry counts the contracts. */
const schemaId = contracts.findIndex(({ type }) => type === layoffRegistered.type) + 1
const codec = createCodecs().of(layoffRegistered)
const avroLayoff = (person: string = kari): Buffer => {
  const read = codec.fromJson(layoffData({ person }))
  if ('problems' in read) throw new Error('the sample is not a layoff')
  return frame(schemaId, codec.encode(read.data))
}
const text = (value: string): object => ({ ceString: value })
const avro = text('application/avro')
const json = text('application/json')
const layoff = (change: ProtobufEvent = {}): ProtobufEvent => ({
  id: 'layoff-1',
  source: '/nav/aareg',
  specVersion: '1.0',
  type: layoffRegistered.type,
  attributes: { datacontenttype: avro },
  binaryData: avroLayoff(),
  ...change,
})
const postEvent = (body: Uint8Array): Promise<TestAnswer> =>
  door.post(body, { 'content-type': 'application/cloudevents+protobuf' })
const postBatch = (body: Uint8Array): Promise<TestAnswer> =>
  door.post(body, { 'content-type': 'application/cloudevents-batch+protobuf' })
const codesOf = (answer: TestAnswer): string[] =>
  answer.json.results.map((result: { problem?: { code: string } }) => result.problem?.code ?? 'accepted')

describe('an event in CloudEvents’ Protobuf format', () => {
  it('is accepted with framed Avro, which goes on as it came', async () => {
    const time = { ceTimestamp: { seconds: Date.parse('2020-03-20T08:30:00Z') / 1000, nanos: 250_000_000 } }
    const attributes = { datacontenttype: avro, time, correlationid: text('case-7') }
    const answer = await postEvent(protobufEvent(layoff({ attributes })))
    expect(answer.status).toBe(202)
    expect(answer.json.results[0]).toMatchObject({ id: 'layoff-1', source: '/nav/aareg', status: 'accepted' })
    const [record] = door.records
    expect(record?.value?.equals(avroLayoff())).toBe(true)
    expect(header(record, 'ce_time')).toBe('2020-03-20T08:30:00.250Z')
    expect(header(record, 'ce_correlationid')).toBe('case-7')
  })

  it.each([
    ['textData', JSON.stringify(layoffData())],
    ['binaryData', Buffer.from(JSON.stringify(layoffData()))],
  ])('is accepted with JSON in %s', async (name, data) => {
    const { binaryData: _binaryData, ...rest } = layoff({ attributes: { datacontenttype: json } })
    const answer = await postEvent(protobufEvent({ ...rest, [name]: data }))
    expect(answer.status).toBe(202)
    expect(door.records[0]?.value?.equals(avroLayoff())).toBe(true)
  })

  it('says what it corrects and takes back, and may have its time as text and before 1970', async () => {
    const said = { datacontenttype: avro, corrects: text('melding-1'), annuls: { ceBoolean: true } }
    await postEvent(protobufEvent(layoff({ attributes: { ...said, time: text('1969-07-20T20:17:40Z') } })))
    const seconds = Date.parse('1969-07-20T20:17:40Z') / 1000
    await postEvent(protobufEvent(layoff({ attributes: { ...said, time: { ceTimestamp: { seconds } } } })))
    for (const record of door.records) {
      expect(header(record, 'ce_corrects')).toBe('melding-1')
      expect(header(record, 'ce_annuls')).toBe('true')
      expect(header(record, 'ce_time')).toBe('1969-07-20T20:17:40.000Z')
    }
    expect(door.records).toHaveLength(2)
  })

  it('may have an id beyond ASCII', async () => {
    const answer = await postEvent(protobufEvent(layoff({ id: 'løpe-1' })))
    expect(answer.json.results[0].id).toBe('løpe-1')
  })
})

describe('a batch in CloudEvents’ Protobuf format', () => {
  it('is accepted as a whole, one result per event, in order', async () => {
    const people = [kari, ola, kari]
    const events = people.map((person, index) => layoff({ id: `layoff-${index}`, binaryData: avroLayoff(person) }))
    const answer = await postBatch(protobufBatch(events))
    expect(answer.status).toBe(202)
    expect(answer.json.results.map((result: { id: string }) => result.id)).toEqual(['layoff-0', 'layoff-1', 'layoff-2'])
    expect(door.records.map((record) => header(record, 'ce_id'))).toEqual(['layoff-0', 'layoff-1', 'layoff-2'])
    expect(door.records.map((record) => record.value?.equals(avroLayoff(ola)))).toEqual([false, true, false])
  })

  it('with bad events is accepted but for those', async () => {
    const { type: _type, ...withoutType } = layoff({ id: 'b' })
    const events = [layoff({ id: 'a' }), withoutType, layoff({ binaryData: avroLayoff().subarray(0, 20) })]
    const answer = await postBatch(protobufBatch([...events, layoff({ id: 'd' })]))
    expect(answer.status).toBe(207)
    expect(codesOf(answer)).toEqual(['accepted', 'event-invalid', 'avro-malformed', 'accepted'])
    expect(answer.json.results[1].problem.errors).toMatchObject([{ path: 'type', rule: 'missing-attribute' }])
  })

  it('with an event whose own bytes are malformed is accepted but for that one', async () => {
    const whole = protobufBatch([layoff()])
    const answer = await postBatch(Buffer.concat([whole, Buffer.of(0x0a, 2, 0x0a, 9), whole]))
    expect(answer.status).toBe(207)
    expect(codesOf(answer)).toEqual(['accepted', 'protobuf-malformed', 'accepted'])
  })

  it('without events has nothing to refuse, and is refused 413 with too many', async () => {
    expect((await postBatch(new Uint8Array())).json).toEqual({ results: [] })
    const many = await postBatch(protobufBatch(Array.from({ length: 11 }, () => layoff())))
    expect([many.status, many.json.code]).toEqual([413, 'batch-too-large'])
  })
})

describe('what the Protobuf format cannot carry into the hub', () => {
  const { binaryData: _binaryData, ...withoutData } = layoff()

  it.each([
    ['data as a message', { ...withoutData, protoData: { typeUrl: 'x' } }, 415, 'data-format-unsupported'],
    ['data of no declared type', layoff({ attributes: {} }), 415, 'data-format-unsupported'],
    ['Avro as text', { ...withoutData, textData: 'x' }, 415, 'data-format-unsupported'],
    ['malformed JSON', { ...withoutData, attributes: { datacontenttype: json }, textData: '{' }, 400, 'json-malformed'],
    ['no data', withoutData, 400, 'event-invalid'],
  ])('is %s', async (_what, event, status, code) => {
    const answer = await postEvent(protobufEvent(event))
    expect(answer.status).toBe(status)
    expect(answer.json.code).toBe(code)
  })

  it.each([
    [{ correlationid: { ceInteger: 7 } }, { path: 'correlationid', rule: 'wrong-type' }],
    [{ causationid: { ceBytes: Buffer.from('x') } }, { path: 'causationid', rule: 'wrong-type' }],
    [{ time: { ceTimestamp: { seconds: 1e15 } } }, { path: 'time', rule: 'not-a-time' }],
    [{ time: { ceTimestamp: { seconds: 1, nanos: -1 } } }, { path: 'time', rule: 'not-a-time' }],
    [{ id: text('another') }, { path: 'id', rule: 'twice' }],
    [{ employmentId: text('x') }, { path: 'employmentId', rule: 'unknown-attribute' }],
    [{ correlationid: text(kari) }, { path: 'correlationid', rule: 'national-identity-number' }],
  ])('is an attribute such as %j', async (more, error) => {
    const answer = await postEvent(protobufEvent(layoff({ attributes: { datacontenttype: avro, ...more } })))
    expect(answer.status).toBe(400)
    expect(answer.json).toMatchObject({ code: 'event-invalid', errors: [error] })
    expect(answer.text).not.toContain(kari)
  })

  it('is an attribute named __proto__', async () => {
    const name = Buffer.from('__proto__')
    const entry = Buffer.concat([Buffer.of(0x2a, name.length + 2, 0x0a, name.length), name])
    const answer = await postEvent(Buffer.concat([protobufEvent(layoff()), entry]))
    expect(answer.json).toMatchObject({ code: 'event-invalid', errors: [{ rule: 'unknown-attribute' }] })
  })
})

describe('bytes that are no Protobuf message', () => {
  it.each([
    ['a field without a number', Buffer.of(0x02, 0)],
    ['a group', Buffer.of(0x0b, 0x0c)],
    ['a wire type that does not exist', Buffer.of(0x0f, 0)],
    ['a number without an end', Buffer.alloc(11, 0xff)],
    ['a length beyond the end', Buffer.of(0x0a, 0x7f, 0x61)],
    ['an id that is a number', Buffer.of(0x08, 1)],
    ['a text that is not UTF-8', Buffer.of(0x0a, 1, 0xff)],
    ['eight bytes that are five', Buffer.of(0x49, 1, 2, 3, 4, 5)],
  ])('are refused 400 where they hold %s', async (_what, bytes) => {
    const answer = await postEvent(bytes)
    expect([answer.status, answer.json.code]).toEqual([400, 'protobuf-malformed'])
    expect((await postBatch(Buffer.concat([protobufBatch([layoff()]), bytes.subarray(0, 1)]))).status).toBe(400)
  })

  it('are never a failure of the hub, wherever they are cut or changed', async () => {
    const whole = Buffer.from(protobufBatch([layoff({ id: 'a' }), layoff({ id: 'b' })]))
    const statuses = new Set<number>()
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole)
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8))
      statuses.add((await postBatch(whole.subarray(0, at))).status)
      statuses.add((await postBatch(changed)).status)
    }
    expect([...statuses].filter((status) => status >= 500)).toEqual([])
  })
})
