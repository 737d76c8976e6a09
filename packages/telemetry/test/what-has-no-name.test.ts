import { describe, expect, test } from 'vitest'
import { startTelemetry, type LogFields, type SpanAttributes } from '../src/index.ts'

describe('what is personal has no name in telemetry, so it does not compile', () => {
  test('in a span', () => {
    // @ts-expect-error the record key has no attribute
    const withKey: SpanAttributes = { 'messaging.kafka.message.key': 'KYLE61oRi0pabbGqMnVKA3' }
    // @ts-expect-error a field of the data has no attribute
    const withData: SpanAttributes = { person: '13897512453' }
    expect([withKey, withData]).toHaveLength(2)
  })

  test('in a log line', () => {
    // @ts-expect-error the record key has no field
    const withKey: LogFields = { key: 'KYLE61oRi0pabbGqMnVKA3' }
    // @ts-expect-error the data has no field
    const withData: LogFields = { data: { person: '13897512453' } }
    expect([withKey, withData]).toHaveLength(2)
  })

  test('in the label of a metric', async () => {
    await using hub = startTelemetry({ service: 'ingress', logLevel: 'error', output: { write: () => undefined } })
    // @ts-expect-error a person has no label
    hub.metrics.counter('samspill_events_refused_total', 'Events refused', ['person'])
    const taken = hub.metrics.counter('samspill_events_taken_total', 'Events taken', ['topic'])
    // @ts-expect-error a label that was not announced
    expect(() => taken.add({ reason: 'unknown' })).toThrow('not included in initial labelset')
  })
})
