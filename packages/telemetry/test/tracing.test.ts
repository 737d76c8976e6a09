import { describe, expect, test } from 'vitest'
import { HubError } from '@samspill/contracts'
import { startTelemetry, traceIdOf, traceParentOf, type FinishedSpan, type Telemetry } from '../src/index.ts'

const w3c = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const unsampled = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00'

function telemetry(options: { service?: string; sampleRatio?: number } = {}): Telemetry & { finished: FinishedSpan[] } {
  const finished: FinishedSpan[] = []
  const started = startTelemetry({
    service: 'wage-compensation',
    logLevel: 'error',
    output: { write: () => undefined },
    collect: (span) => finished.push(span),
    ...options,
  })
  return Object.assign(started, { finished })
}

describe('a span', () => {
  test('is the child of the span its work runs in, across waiting', async () => {
    await using hub = telemetry()
    await hub.tracing.span('process nav.layoffs', { kind: 'consumer' }, async () => {
      await Promise.resolve()
      await hub.tracing.span('publish nav.benefits', { kind: 'producer' }, () => undefined)
    })
    const [publish, process] = hub.finished
    expect(publish?.parentSpanId).toBe(process?.spanId)
    expect(publish?.traceId).toBe(process?.traceId)
    expect([publish?.kind, process?.kind]).toEqual(['producer', 'consumer'])
  })

  test('goes on with the trace that a record tells, tracestate included', async () => {
    await using hub = telemetry()
    const span = hub.tracing.start('process', {
      kind: 'consumer',
      parent: { traceparent: w3c, tracestate: 'vendor=opaque' },
    })
    span.end()
    expect(hub.finished[0]?.parentSpanId).toBe('b7ad6b7169203331')
    expect(span.traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/)
    expect(span.tracestate).toBe('vendor=opaque')
  })

  test('hands the tracestate on to the spans inside it', async () => {
    await using hub = telemetry()
    const parent = { traceparent: w3c, tracestate: 'vendor=opaque' }
    await hub.tracing.span('outer', { kind: 'consumer', parent }, () => {
      expect(hub.tracing.start('inner', { kind: 'producer' }).tracestate).toBe('vendor=opaque')
    })
  })

  test.each([
    ['no traceparent at all', 'order-4711'],
    ['a trace id of zeros', '00-00000000000000000000000000000000-b7ad6b7169203331-01'],
    ['a version that W3C forbids', 'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
    ['capital letters', w3c.toUpperCase()],
    ['more than version 00 allows', `${w3c}-more`],
  ])('begins a trace of its own where the traceparent is %s', async (_, traceparent) => {
    await using hub = telemetry()
    const span = hub.tracing.start('process', { kind: 'consumer', parent: { traceparent, tracestate: 'vendor=lost' } })
    span.end()
    expect(hub.finished[0]?.parentSpanId).toBeUndefined()
    expect(span.traceId).not.toBe('0af7651916cd43dd8448eb211c80319c')
    expect(span.tracestate).toBeUndefined()
  })

  test('reads a version yet to come as if it were version 00', async () => {
    await using hub = telemetry()
    const traceparent = w3c.replace('00-', 'cc-')
    const span = hub.tracing.start('process', { kind: 'consumer', parent: { traceparent: `${traceparent}-new` } })
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/)
  })

  test('starts when it is told to have started', async () => {
    await using hub = telemetry()
    hub.tracing.start('publish', { kind: 'producer', startTime: Date.UTC(2020, 2, 20, 8, 30) }).end()
    expect(hub.finished[0]?.startTime).toBe(Date.UTC(2020, 2, 20, 8, 30))
  })

  test('links to the other spans that led to it', async () => {
    await using hub = telemetry()
    const links = [{ traceparent: w3c }, { traceparent: 'broken' }, { traceOf: '/nav/aareg 17' }]
    hub.tracing.start('process', { kind: 'consumer', links }).end()
    expect(hub.finished[0]?.links).toEqual([
      { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' },
    ])
  })
})

describe('a trace made from an event that has none', () => {
  test('has the first sixteen bytes of the SHA-256 of the identity as its id', () => {
    expect(traceIdOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223')
  })

  test('begins with a root: no parent is missing in it', async () => {
    await using hub = telemetry()
    const span = hub.tracing.start('process', { kind: 'consumer', parent: { traceOf: '/skatteetaten/kafka 17' } })
    span.end()
    expect(hub.finished[0]).toMatchObject({ traceId: traceIdOf('/skatteetaten/kafka 17'), parentSpanId: undefined })
  })

  test('is the same for every service that reads the event, and leaves later traces alone', async () => {
    await using one = telemetry({ service: 'wage-compensation' })
    await using other = telemetry({ service: 'career-guidance' })
    const parent = traceParentOf({ id: 'skatteetaten.income-3-17', source: '/skatteetaten/kafka' })
    const ids = [one, other].map((hub) => hub.tracing.start('process', { kind: 'consumer', parent }).traceId)
    expect(ids[0]).toBe(ids[1])
    expect(one.tracing.start('next', { kind: 'consumer' }).traceId).not.toBe(ids[0])
  })

  test('stands in for a traceparent that is not valid', () => {
    const event = { id: '17', source: '/nav/aareg', traceparent: 'broken', tracestate: 'vendor=lost' }
    expect(traceParentOf(event)).toEqual({ traceOf: '/nav/aareg 17' })
    expect(traceParentOf({ ...event, traceparent: w3c })).toEqual({ traceparent: w3c, tracestate: 'vendor=lost' })
  })
})

describe('sampling', () => {
  test('keeps the decision that a trace comes with', async () => {
    await using hub = telemetry({ sampleRatio: 1 })
    const span = hub.tracing.start('process', { kind: 'consumer', parent: { traceparent: unsampled } })
    span.end()
    expect(hub.finished).toEqual([])
    expect(span.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/)
  })

  test('records no new trace at ratio 0, and still tells where it belongs', async () => {
    await using hub = telemetry({ sampleRatio: 0 })
    const span = hub.tracing.start('process', { kind: 'consumer', parent: { traceOf: '/nav/aareg 17' } })
    span.end()
    hub.tracing.start('process', { kind: 'consumer', parent: { traceparent: w3c } }).end()
    expect(span.traceparent).toMatch(new RegExp(`^00-${traceIdOf('/nav/aareg 17')}-[0-9a-f]{16}-00$`))
    expect(hub.finished).toHaveLength(1)
  })

  test('gives each span without a parent a trace of its own, recorded or not', async () => {
    await using hub = telemetry({ sampleRatio: 0 })
    const [one, other] = [1, 2].map(() => hub.tracing.start('publish', { kind: 'producer' }))
    expect(one?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    expect(one?.traceId).not.toBe(other?.traceId)
    await using recording = telemetry({ sampleRatio: 1 })
    const span = recording.tracing.start('publish', { kind: 'producer' })
    span.end()
    expect(recording.finished).toMatchObject([{ traceId: span.traceId, parentSpanId: undefined }])
  })
})

describe('a span that is not recorded', () => {
  test('passes on the trace that it came with, tracestate included, and so do those within it', async () => {
    await using hub = telemetry()
    const parent = { traceparent: unsampled, tracestate: 'vendor=opaque' }
    await hub.tracing.span('process', { kind: 'consumer', parent }, (outer) => {
      const inner = hub.tracing.start('publish', { kind: 'producer' })
      expect(outer).toMatchObject({ traceId: '0af7651916cd43dd8448eb211c80319c', ...parent })
      expect(inner).toMatchObject({ traceId: outer.traceId, ...parent })
      inner.set({ 'samspill.attempt': 1 })
      inner.fail(new Error('nobody hears of it'))
      inner.end()
    })
    expect(hub.finished).toEqual([])
  })

  test('belongs to the share that the ratio leaves out, in every service alike', async () => {
    await using one = telemetry({ service: 'wage-compensation', sampleRatio: 0.1 })
    await using other = telemetry({ service: 'career-guidance', sampleRatio: 0.1 })
    for (let number = 0; number < 1_000; number += 1) {
      const parent = { traceOf: `/nav/aareg ${number}` }
      const spans = [one, other].map((hub) => hub.tracing.start('process', { kind: 'consumer', parent }))
      for (const span of spans) span.end()
      expect(spans[0]?.traceId).toBe(spans[1]?.traceId)
    }
    expect(one.finished.length).toBeGreaterThan(50)
    expect(one.finished.length).toBeLessThan(200)
    expect(other.finished.map((span) => span.traceId)).toEqual(one.finished.map((span) => span.traceId))
  })
})

describe('a failed span', () => {
  test('names the error by its code and never repeats its message', async () => {
    await using hub = telemetry()
    const failure = new HubError('schema-unknown', 'schema 17 is not in the registry')
    await expect(hub.tracing.span('process', { kind: 'consumer' }, () => Promise.reject(failure))).rejects.toBe(failure)
    expect(hub.finished[0]).toMatchObject({ failed: true, attributes: { 'error.type': 'schema-unknown' } })
    expect(JSON.stringify(hub.finished)).not.toContain('registry')
  })

  test('names an error without a code by its class', async () => {
    await using hub = telemetry()
    const span = hub.tracing.start('process', { kind: 'consumer' })
    span.fail(new RangeError('01010199999'))
    span.end()
    expect(hub.finished[0]?.attributes).toEqual({ 'error.type': 'RangeError' })
  })
})

describe('several telemetries in one process', () => {
  test('have no active span in common', async () => {
    await using one = telemetry()
    await using other = telemetry()
    await one.tracing.span('process', { kind: 'consumer' }, () => {
      const stranger = other.tracing.start('process', { kind: 'consumer' })
      stranger.end()
      expect(other.finished[0]?.parentSpanId).toBeUndefined()
    })
  })
})

test('an id with a national identity number in it does not reach a span', async () => {
  await using hub = telemetry()
  const parent = { traceparent: w3c, tracestate: 'vendor=13897512453' }
  const span = hub.tracing.start('process', {
    kind: 'consumer',
    parent,
    attributes: { 'messaging.message.id': 'layoff-13897512453' },
  })
  span.set({ 'samspill.correlation.id': '13897512453' })
  span.end()
  expect(hub.finished[0]?.attributes).toEqual({
    'messaging.message.id': 'layoff-[number]',
    'samspill.correlation.id': '[number]',
  })
  expect(span.tracestate).toBeUndefined()
  expect(await hub.metrics.text()).toMatch(/samspill_national_numbers_caught_total\{.*\} 2/)
})
