import { decodeHeaders } from '@samspill/contracts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { header, kari, layoff, layoffData, ola, openDoor, type TestDoor } from './door.ts'

let door: TestDoor
beforeEach(async () => {
  door = await openDoor()
})
afterEach(() => door[Symbol.asyncDispose]())

const batch = { 'content-type': 'application/cloudevents-batch+json' }
const structured = { 'content-type': 'application/cloudevents+json' }
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const traceIdIn = (text: string | undefined): string | undefined => text?.split('-')[1]

describe('the trace of an event', () => {
  it('goes on from the event’s own traceparent, with its tracestate', async () => {
    await door.post(layoff({ traceparent, tracestate: 'nav=1' }))
    const [record] = door.records
    expect(traceIdIn(header(record, 'traceparent'))).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(header(record, 'traceparent')).not.toBe(traceparent)
    expect(header(record, 'tracestate')).toBe('nav=1')
  })

  it('goes on from the request’s traceparent where the event has none', async () => {
    await door.post(layoff(), { ...structured, traceparent })
    expect(traceIdIn(header(door.records[0], 'traceparent'))).toBe('0af7651916cd43dd8448eb211c80319c')
  })

  it('is made from its identity where nobody says, so that sending it again stays in the same trace', async () => {
    await door.post(layoff())
    await door.post(layoff({ traceparent: 'nonsense' }))
    const [first, second] = door.records.map((record) => traceIdIn(header(record, 'traceparent')))
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(second).toBe(first)
  })

  it('is its own in a batch, and linked to the request', async () => {
    await door.post([layoff({ id: 'a' }), layoff({ id: 'b', data: layoffData({ person: ola }) })], batch)
    const [a, b] = door.records.map((record) => traceIdIn(header(record, 'traceparent')))
    expect(a).not.toBe(b)
    const publishes = door.spans.filter((span) => span.name === 'publish nav.layoffs')
    expect(publishes).toHaveLength(2)
    expect(publishes.every((span) => span.links.length === 1)).toBe(true)
  })

  it('has a server span and a publish span with messaging conventions', async () => {
    await door.post(layoff())
    const [publish, server] = door.spans
    expect([publish?.name, server?.name]).toEqual(['publish nav.layoffs', 'POST /events'])
    expect(publish?.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.destination.name': 'nav.layoffs',
      'messaging.message.id': layoff()['id'],
      'samspill.event.type': 'nav.layoffs.LayoffRegistered',
    })
    expect(server?.attributes).toMatchObject({ 'http.response.status_code': 202, 'http.route': '/events' })
  })
})

describe('what ingress counts', () => {
  it('is events by type and reason', async () => {
    await door.post([layoff(), layoff({ data: {} }), layoff({ type: 'nav.Nothing' })], batch)
    await door.post('{')
    door.brokers = 'lose-the-answer'
    await door.post(layoff())
    const { text } = await door.get('/metrics')
    const type = 'event_type="nav.layoffs.LayoffRegistered"'
    expect(text).toMatch(new RegExp(`samspill_ingress_accepted_total{${type}.*} 1`))
    expect(text).toMatch(new RegExp(`samspill_ingress_refused_total{${type},reason="data-invalid".*} 1`))
    expect(text).toMatch(/samspill_ingress_refused_total{event_type="unknown",reason="event-type-unknown".*} 1/)
    expect(text).toMatch(/samspill_ingress_refused_requests_total{reason="json-malformed".*} 1/)
    expect(text).toMatch(new RegExp(`samspill_ingress_unknown_total{${type}.*} 1`))
    expect(text).toMatch(/samspill_ingress_request_seconds_count{.*status="207".*} 1/)
    expect(text).toMatch(/samspill_ingress_in_flight{.*} 0/)
  })
})

describe('a national identity number', () => {
  it('that a client puts anywhere is in no answer, span, log, metric or header', async () => {
    const bad = [
      layoff(),
      layoff({ id: kari }),
      layoff({ type: `nav.${kari}` }),
      layoff({ source: `/nav/${kari}` }),
      layoff({ [`x${kari}`]: 1 }),
      layoff({ [`X-${kari}`]: 1 }),
      layoff({ tracestate: `nav=${kari}`, traceparent }),
      layoff({ data: layoffData({ [kari]: kari, start: kari }) }),
      layoff({ data: kari }),
    ]
    const answers = [await door.post(bad, batch)]
    for (const event of bad) answers.push(await door.post(event))
    answers.push(await door.post(`{"person": ${kari}x}`))
    for (const brokers of ['away', 'crash', 'lose-the-answer'] as const) {
      door.brokers = brokers
      answers.push(await door.post(layoff()))
    }
    const told = [
      ...answers.map((answer) => answer.text),
      ...door.logged,
      JSON.stringify(door.spans),
      (await door.get('/metrics')).text,
      ...door.records.flatMap((record) => [
        record.key.toString(),
        ...decodeHeaders(record.headers).map(([, value]) => value.toString()),
      ]),
    ].join('\n')
    expect(told).not.toContain(kari)
  })
})
