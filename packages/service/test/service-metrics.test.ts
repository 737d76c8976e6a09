import { startTelemetry } from '@samspill/telemetry'
import { describe, expect, test } from 'vitest'
import { createServiceMetrics } from '../src/service-metrics.ts'

const stream = 'nav.layoffs'

describe('the lag in seconds', () => {
  test('grows while a record waits, also where its partition stands still, and is 0 when nothing waits', async () => {
    await using telemetry = startTelemetry({ service: 'wage-compensation', logLevel: 'error' })
    let now = 1_000_000
    const metrics = createServiceMetrics(telemetry.metrics, () => now)
    const lag = async (): Promise<string | undefined> =>
      /samspill_lag_seconds\{[^}]*partition="3"[^}]*\} (\S+)/.exec(await telemetry.metrics.text())?.[1]

    metrics.waiting(stream, 3, 990_000)
    expect(await lag()).toBe('10')
    now += 60_000
    expect(await lag()).toBe('70')
    metrics.waiting(stream, 3, undefined)
    expect(await lag()).toBe('0')
  })
})
