import { DecodeError } from '@samspill/avro'
import { HubError, PermanentFailure, RetryLater } from '@samspill/contracts'
import { layoffRegistered } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { on } from '../src/index.ts'
import { kindOfFailure } from '../src/parking/failure-kind.ts'
import { nextAttempt } from '../src/parking/next-attempt.ts'
import type { EarlierFailures } from '../src/reading/batch.ts'
import type { WorkableRecord } from '../src/reading/planned-record.ts'

const monday = Date.parse('2026-11-16T08:00:00Z')
const never: EarlierFailures = { attempts: 0, failedAt: undefined, traceparent: undefined }

describe('what a failure says about the next attempt', () => {
  test.each([
    { error: new PermanentFailure('nobody has that number'), kind: 'permanent' },
    { error: new DecodeError('decode-truncated', 'ends too early'), kind: 'permanent' },
    { error: new HubError('id-reused', 'other content'), kind: 'permanent' },
    { error: new HubError('schema-unknown', 'no such schema'), kind: 'permanent' },
    { error: new RetryLater(5_000), kind: 'outside' },
    { error: withCode('ECONNREFUSED'), kind: 'outside' },
    { error: new TypeError('fetch failed', { cause: withCode('UND_ERR_CONNECT_TIMEOUT') }), kind: 'outside' },
    { error: new Error('saving failed', { cause: new Error('no', { cause: withCode('57P03') }) }), kind: 'outside' },
    { error: new AggregateError([withCode('ENETUNREACH'), withCode('ECONNREFUSED')]), kind: 'outside' },
    { error: new Error('Connection terminated unexpectedly'), kind: 'outside' },
    { error: AbortSignal.abort().reason as unknown, kind: 'outside' },
    { error: new HubError('registry-unavailable', 'the registry is away'), kind: 'outside' },
    { error: new RangeError('out of range'), kind: 'counted' },
    { error: withCode('23505'), kind: 'counted' },
    { error: 'a text', kind: 'counted' },
    { error: undefined, kind: 'counted' },
  ])('$kind: $error', ({ error, kind }) => {
    expect(kindOfFailure(error)).toBe(kind)
  })

  test('is found in causes that go round in a circle', () => {
    const circle = new Error('one')
    circle.cause = new Error('other', { cause: circle })
    expect(kindOfFailure(circle)).toBe('counted')
  })
})

describe('an event that fails', () => {
  test('is tried again after pauses that double, and is dead when its attempts are used up', () => {
    const pauses = attempts(12, new RangeError('never'), 1).map(
      ({ retryAt, failedAt }) => retryAt && retryAt - failedAt,
    )
    const seconds = pauses.map((pause) => pause && pause / 1_000)
    expect(seconds).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, undefined])
  })

  test('is not tried together with all that failed with it', () => {
    const [early] = attempts(1, new RangeError('never'), 0)
    const [late] = attempts(1, new RangeError('never'), 0.999)
    expect([early?.retryAt, late?.retryAt]).toEqual([monday + 500, monday + 1_000])
  })

  test('never dies of something outside being away, and is tried at least twice a minute', () => {
    const all = attempts(100, withCode('ECONNREFUSED'), 1)
    expect(new Set(all.map((failure) => failure.attempts))).toEqual(new Set([0]))
    const pauses = all.map(({ retryAt = 0, failedAt }) => (retryAt - failedAt) / 1_000)
    expect(pauses.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 30, 30])
    expect(all.at(-1)).toMatchObject({
      code: 'outside-unavailable',
      reason: 'the handler could not reach something outside the service: ECONNREFUSED',
    })
  })

  test('is left alone for as long as it asks', () => {
    const [first] = attempts(1, new RetryLater(3_600_000), 0)
    expect(first).toMatchObject({ attempts: 0, retryAt: monday + 3_600_000, code: 'retry-later' })
  })

  test.each([
    { after: 60 * 86_400_000, pause: 60 * 86_400_000 },
    { after: 2_500.5, pause: 2_501 },
    { after: Infinity, pause: 100 * 365 * 86_400_000 },
    ...[0, -5_000, Number.NaN].map((after) => ({ after, pause: 1_000 })),
  ])('that asks for $after ms is left alone for $pause ms, and can be kept', ({ after, pause }) => {
    const [first] = attempts(1, new RetryLater(after), 1)
    expect(first?.retryAt).toBe(monday + pause)
    expect(new Date(first?.retryAt ?? Number.NaN).getTime()).toBe(monday + pause)
  })

  test('is dead at once where no retry can help', () => {
    expect(attempts(1, new PermanentFailure('no'), 0)).toMatchObject([{ attempts: 1, retryAt: undefined }])
  })
})

describe('retries', () => {
  test.each([{ attempts: 0 }, { attempts: 1.5 }, { firstMilliseconds: 0 }, { longestMilliseconds: Infinity }])(
    'of %o are refused',
    (retries) => {
      expect(() => on(layoffRegistered, () => undefined, { retries })).toThrow(
        expect.objectContaining({ code: 'retries-invalid' }),
      )
    },
  )
})

/** What one record goes through when it fails so many times, each as soon as it is tried. */
function attempts(count: number, error: unknown, chance: number) {
  const subscription = on(layoffRegistered, () => undefined)
  const record = { kind: 'event', subscription } as Partial<WorkableRecord> as WorkableRecord
  let earlier = never
  let now = monday
  return Array.from({ length: count }, () => {
    const clock = { now: () => now, random: () => chance }
    const failure = nextAttempt(record, { error, traceparent: undefined }, earlier, clock)
    earlier = failure
    now = failure.retryAt ?? now
    return failure
  })
}

function withCode(code: string): Error {
  return Object.assign(new Error('no'), { code })
}
