import { describe, expect, test } from 'vitest'
import { joinMetrics, startTelemetry, type Telemetry } from '../src/index.ts'

const telemetry = (service: string): Telemetry =>
  startTelemetry({ service, logLevel: 'error', output: { write: () => undefined } })

describe('metrics', () => {
  test('are told in the text form of Prometheus, with the service on each', async () => {
    await using hub = telemetry('wage-compensation')
    const handled = hub.metrics.counter('samspill_events_handled_total', 'Events handled', ['event_type'])
    handled.add({ event_type: 'nav.layoffs.LayoffRegistered' })
    handled.add({ event_type: 'nav.layoffs.LayoffRegistered' }, 511)
    expect(hub.metrics.contentType).toMatch(/^text\/plain/)
    expect(await hub.metrics.text()).toContain(
      'samspill_events_handled_total{event_type="nav.layoffs.LayoffRegistered",service="wage-compensation"} 512',
    )
  })

  test('tell of the process too', async () => {
    await using hub = telemetry('wage-compensation')
    expect(await hub.metrics.text()).toContain('process_resident_memory_bytes')
  })

  test('of two services in one process stay apart', async () => {
    await using one = telemetry('wage-compensation')
    await using other = telemetry('career-guidance')
    one.metrics.counter('samspill_events_parked_total', 'Events parked').add()
    other.metrics.counter('samspill_events_parked_total', 'Events parked')
    expect(await other.metrics.text()).toContain('samspill_events_parked_total{service="career-guidance"} 0')
  })

  test('asked for twice are one', async () => {
    await using hub = telemetry('wage-compensation')
    for (let time = 0; time < 2; time++) hub.metrics.counter('samspill_events_seen_total', 'Events seen again').add()
    expect(await hub.metrics.text()).toContain('samspill_events_seen_total{service="wage-compensation"} 2')
  })

  test('may be looked up when they are read', async () => {
    await using hub = telemetry('wage-compensation')
    hub.metrics.gauge('samspill_lag_events', 'Events not yet handled', ['topic'], (gauge) =>
      gauge.set(7, { topic: 'nav.layoffs' }),
    )
    expect(await hub.metrics.text()).toContain('samspill_lag_events{topic="nav.layoffs",service="wage-compensation"} 7')
  })

  test('of times have buckets from a tenth of a millisecond to a minute', async () => {
    await using hub = telemetry('wage-compensation')
    const delay = hub.metrics.histogram('samspill_relay_delay_seconds', 'From commit to acknowledgement')
    delay.observe(0.02)
    const text = await hub.metrics.text()
    expect(text).toContain('samspill_relay_delay_seconds_bucket{le="0.0001",service="wage-compensation"} 0')
    expect(text).toContain('samspill_relay_delay_seconds_bucket{le="0.05",service="wage-compensation"} 1')
  })

  test('of two services in one process are told as one text, each name described once', async () => {
    await using one = telemetry('wage-compensation')
    await using other = telemetry('career-guidance')
    one.metrics.counter('samspill_events_parked_total', 'Events parked').add(undefined, 2)
    one.metrics.counter('samspill_rules_total', 'Rules that were tried').add()
    other.metrics.counter('samspill_events_parked_total', 'Events parked').add()
    const text = await joinMetrics([one.metrics, other.metrics]).text()
    expect(text).toContain(`# HELP samspill_events_parked_total Events parked
# TYPE samspill_events_parked_total counter
samspill_events_parked_total{service="wage-compensation"} 2
samspill_events_parked_total{service="career-guidance"} 1
`)
    expect(text).toContain('samspill_rules_total{service="wage-compensation"} 1')
    expect(text.match(/# TYPE process_resident_memory_bytes/g)).toHaveLength(1)
  })
})
