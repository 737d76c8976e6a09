import { describe, expect, test } from 'vitest'
import { HubError } from '@samspill/contracts'
import { startTelemetry, type LogLevel, type Telemetry } from '../src/index.ts'

interface Hub extends Telemetry {
  readonly lines: () => Record<string, unknown>[]
}

function telemetry(logLevel: LogLevel = 'info'): Hub {
  const written: string[] = []
  const hub = startTelemetry({
    service: 'wage-compensation',
    logLevel,
    output: { write: (line) => void written.push(line) },
  })
  return Object.assign(hub, { lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) })
}

describe('a log line', () => {
  test('is one line of JSON with time, level, service, message and the fields', async () => {
    await using hub = telemetry()
    hub.log.info('batch handled', { topic: 'nav.layoffs', partition: 3, offset: 9_007_199_254_740_993n, count: 512 })
    expect(hub.lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
        level: 'info',
        service: 'wage-compensation',
        message: 'batch handled',
        topic: 'nav.layoffs',
        partition: 3,
        offset: '9007199254740993',
        count: 512,
      },
    ])
  })

  test('carries the id of the trace it is written in, and of none outside of spans', async () => {
    await using hub = telemetry()
    await hub.tracing.span('process', { kind: 'consumer' }, ({ traceId }) => {
      hub.log.warn('inside')
      expect(hub.lines()[0]?.['traceId']).toBe(traceId)
    })
    hub.log.warn('outside')
    expect(hub.lines()[1]).not.toHaveProperty('traceId')
  })

  test('is not written below the level that was asked for', async () => {
    await using hub = telemetry('warn')
    hub.log.info('not heard')
    hub.log.error('heard')
    expect(hub.lines().map(({ message }) => message)).toEqual(['heard'])
  })
})

describe('an error in a log line', () => {
  test('is told by name, code and message, with its causes', async () => {
    await using hub = telemetry()
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:18081'), { code: 'ECONNREFUSED' })
    const error = new HubError('registry-unavailable', 'the registry does not answer', { cause: refused })
    hub.log.error('batch not handled', { error })
    expect(hub.lines()[0]?.['error']).toEqual({
      name: 'HubError',
      code: 'registry-unavailable',
      message: 'the registry does not answer',
      cause: { name: 'Error', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:18081' },
    })
  })

  test('shows its stack at debug only, and there without the message that a stack begins with', async () => {
    await using quiet = telemetry('info')
    await using talkative = telemetry('debug')
    const error = new Error('invalid "string": "Kari Nordmann"')
    for (const hub of [quiet, talkative]) hub.log.error('failed', { error })
    expect(quiet.lines()[0]?.['error']).not.toHaveProperty('stack')
    expect(talkative.lines()[0]?.['error']).toHaveProperty('stack', expect.stringContaining('log.test.ts'))
    expect(JSON.stringify(talkative.lines())).not.toContain('Kari')
  })

  test.each([
    ['a JSON text', new SyntaxError(`Unexpected token 'K', "fnr=13897512453 Kari" is not valid JSON`)],
    ['an Avro value', new Error('invalid "int": "13897512453 Kari"')],
    ['a quotation that was cut off', new Error('cannot read "Kari Nordm')],
    ['a PostgreSQL value', postgresError('22P02', 'invalid input syntax for type integer: "Kari"')],
    ['a PostgreSQL row', postgresError('23505', 'duplicate key value violates unique constraint "person"')],
  ])('does not quote %s', async (_, error) => {
    await using hub = telemetry('debug')
    hub.log.error('failed', { error })
    expect(JSON.stringify(hub.lines())).not.toMatch(/Kari|\d{11}/)
  })

  test('keeps the names that PostgreSQL quotes where no data is at fault', async () => {
    await using hub = telemetry()
    hub.log.error('failed', { error: postgresError('42P01', 'relation "layoff" does not exist') })
    expect(hub.lines()[0]?.['error']).toMatchObject({ code: '42P01', message: 'relation "layoff" does not exist' })
  })

  test('that is no error is not repeated', async () => {
    await using hub = telemetry()
    hub.log.error('failed', { error: 'Kari Nordmann, 13897512453' })
    expect(hub.lines()[0]?.['error']).toEqual({
      name: 'string',
      message: 'something that is not an error was thrown',
    })
  })
})

describe('the net under the log', () => {
  test('takes numbers of eleven digits out of every text, and counts the national identity numbers', async () => {
    await using hub = telemetry()
    hub.log.info('no layoff for 13897512453', { reason: 'seen 138975 12453 before', eventId: 'layoff-13897512453' })
    expect(hub.lines()[0]).toMatchObject({
      message: 'no layoff for [number]',
      reason: 'seen [number] before',
      eventId: 'layoff-[number]',
    })
    expect(await hub.metrics.text()).toMatch(/samspill_national_numbers_caught_total\{[^}]*\} 3/)
  })

  test('leaves offsets and ids alone, which hold eleven digits by chance', async () => {
    await using hub = telemetry()
    const eventId = '13897512-4530-4000-8000-a13897512453'
    hub.log.info('ids', { offset: 13_897_512_453n, eventId })
    expect(hub.lines()[0]).toMatchObject({ offset: '13897512453', eventId })
    expect(await hub.metrics.text()).toMatch(/samspill_national_numbers_caught_total\{[^}]*\} 0/)
  })
})

function postgresError(code: string, message: string): Error {
  return Object.assign(new Error(message), {
    name: 'error',
    severity: 'ERROR',
    code,
    detail: 'Failing row contains (13897512453, Kari).',
    where: 'COPY person, line 1: "13897512453"',
  })
}
