import { describe, expect, test } from 'vitest'
import {
  createHeaderWriter,
  decodeHeaders,
  encodeHeaders,
  envelopeFromHeaders,
  headersOfEnvelope,
  noHeaders,
  timestamp,
  type Envelope,
  type Header,
  type RecordFacts,
  type RecordHeaders,
} from '../src/index.ts'

const record: RecordFacts = {
  topic: 'nav.layoffs',
  partition: 3,
  offset: 17n,
  timestamp: Date.UTC(2020, 2, 20, 9, 0),
  key: '0Fe_kMmIRdVRlNWzJH76A7',
  agency: 'nav',
  schemaName: 'nav.layoffs.LayoffRegistered',
}
const envelope: Envelope = {
  id: '4711',
  source: '/nav/aareg',
  type: 'nav.layoffs.LayoffRegistered',
  time: timestamp('2020-03-20T08:30:00.250Z'),
  subjectKey: record.key,
  correlationId: 'case-1',
  causationId: '4710',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=opaque',
  replay: false,
}
const headers = (fields: Record<string, string>): RecordHeaders =>
  encodeHeaders(Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)]))

describe('the headers of a record', () => {
  test('are those of the CloudEvents binding for Kafka, binary mode', () => {
    const written = decodeHeaders(headersOfEnvelope(envelope)).map(([name, value]) => [name, value.toString()])
    expect(Object.fromEntries(written)).toEqual({
      ce_specversion: '1.0',
      ce_id: '4711',
      ce_source: '/nav/aareg',
      ce_type: 'nav.layoffs.LayoffRegistered',
      ce_time: '2020-03-20T08:30:00.250Z',
      ce_subject: '0Fe_kMmIRdVRlNWzJH76A7',
      'content-type': 'application/avro',
      ce_correlationid: 'case-1',
      ce_causationid: '4710',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=opaque',
    })
  })

  test('are the same from a writer that keeps those of sources and types', () => {
    const headersOf = createHeaderWriter()
    for (let number = 0; number < 1_100; number += 1) {
      const other = { ...envelope, id: String(number), source: `/nav/system-${number}`, type: `nav.layoffs.T${number}` }
      for (const each of [other, envelope]) {
        expect(headersOf(each)).toEqual(headersOfEnvelope(each))
      }
    }
  })

  test('give back the envelope they were made from', () => {
    expect(envelopeFromHeaders(headersOfEnvelope(envelope), record)).toEqual(envelope)
    const { causationId: _c, traceparent: _p, tracestate: _s, ...least } = { ...envelope, replay: true }
    expect(envelopeFromHeaders(headersOfEnvelope(least), record)).toEqual(least)
  })

  test('name the event that this one corrects, with its source only where that is another', () => {
    const corrects = { source: envelope.source, id: '4699' }
    const own: Envelope = { ...envelope, corrects }
    const foreign: Envelope = { ...envelope, corrects: { ...corrects, source: '/nav/gosys' }, annuls: true }
    const written = (of: Envelope): unknown =>
      Object.fromEntries(decodeHeaders(headersOfEnvelope(of)).map(([name, value]) => [name, value.toString()]))
    expect(written(own)).toMatchObject({ ce_corrects: '4699' })
    expect(written(own)).not.toHaveProperty('ce_correctssource')
    expect(written(own)).not.toHaveProperty('ce_annuls')
    expect(written(foreign)).toMatchObject({
      ce_corrects: '4699',
      ce_correctssource: '/nav/gosys',
      ce_annuls: 'true',
    })
    for (const each of [own, foreign]) expect(envelopeFromHeaders(headersOfEnvelope(each), record)).toEqual(each)
  })

  test('carry names in any language', () => {
    const source = '/vestland/økonomi'
    expect(envelopeFromHeaders(headersOfEnvelope({ ...envelope, source }), record).source).toBe(source)
  })

  test('hold values of any length and in any letters', () => {
    const headersOf = createHeaderWriter()
    for (const length of [1, 63, 64, 8191, 8192, 100_000]) {
      for (const letter of ['a', 'ø', '漢']) {
        const text = letter.repeat(length)
        const long = {
          ...envelope,
          id: text,
          correlationId: text,
          tracestate: text,
          corrects: { source: text, id: text },
        }
        expect(envelopeFromHeaders(headersOf(long), record)).toEqual(long)
      }
    }
  })

  test('of one event stay as they are when those of the next ones are written', () => {
    const headersOf = createHeaderWriter()
    const times = [0, 5, 994, 995, 59_999].map((later) => timestamp(envelope.time + later))
    const written = times.map((time, number) => headersOf({ ...envelope, id: String(number), time }))
    expect(written.map((each) => envelopeFromHeaders(each, record))).toEqual(
      times.map((time, number) => ({ ...envelope, id: String(number), time })),
    )
  })

  test('count once: the first of a name holds', () => {
    const other: Header[] = [
      ['ce_id', Buffer.from('other')],
      ['ce_source', Buffer.from('/nav/other')],
    ]
    const twice = encodeHeaders([...decodeHeaders(headersOfEnvelope(envelope)), ...other])
    expect(envelopeFromHeaders(twice, record)).toMatchObject({ id: '4711', source: '/nav/aareg' })
  })
})

describe('a record of a plain client', () => {
  test('says of itself what its client left out', () => {
    expect(envelopeFromHeaders(noHeaders, record)).toEqual({
      id: 'nav.layoffs-3-17',
      source: '/nav/kafka',
      type: 'nav.layoffs.LayoffRegistered',
      time: record.timestamp,
      subjectKey: record.key,
      correlationId: 'nav.layoffs-3-17',
      replay: false,
    })
  })

  test.each([
    ['id', { ce_id: '4711' }],
    ['source', { ce_source: '/nav/aareg' }],
    ['id with an empty source', { ce_id: '4711', ce_source: '' }],
    ['source with an empty id', { ce_id: '', ce_source: '/nav/aareg' }],
  ])('with half of the pair, an %s alone, gets both from the record', (_, half) => {
    expect(envelopeFromHeaders(headers(half), record)).toMatchObject({ id: 'nav.layoffs-3-17', source: '/nav/kafka' })
  })

  test.each(['yesterday', '', '2020-02-30T08:00:00Z'])('with the time "%s" has the time of the record', (time) => {
    expect(envelopeFromHeaders(headers({ ce_time: time }), record).time).toBe(record.timestamp)
  })

  test('may bring trace context and nothing else', () => {
    const { traceparent } = envelopeFromHeaders(headers({ traceparent: envelope.traceparent ?? '' }), record)
    expect(traceparent).toBe(envelope.traceparent)
  })
})
