import { describe, expect, test } from 'vitest'
import { readConfig } from '../src/index.ts'

describe('the hub where nothing is set', () => {
  const config = readConfig({})

  test('is the local stack, on this machine only', () => {
    expect(config).toMatchObject({
      kafka: { brokers: ['127.0.0.1:19092'], client: 'platformatic' },
      registry: { url: 'http://127.0.0.1:18081/apis/ccompat/v7' },
      database: { url: 'postgres://samspill@127.0.0.1:15432/samspill' },
      otlp: { url: undefined, sampleRatio: 1 },
      http: { host: '127.0.0.1', port: 0 },
      logLevel: 'info',
      principal: 'samspill',
    })
    expect([...config.keySecrets]).toEqual([])
  })

  test('cannot be changed afterwards', () => {
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.kafka.brokers)).toBe(true)
    expect(Object.isFrozen(config.http)).toBe(true)
  })

  test('is what an empty variable means too', () => {
    expect(readConfig({ SAMSPILL_KAFKA: '', SAMSPILL_OTLP: ' ' })).toMatchObject({ otlp: { url: undefined } })
  })
})

describe('a hub elsewhere', () => {
  test('is read from its variables', () => {
    const config = readConfig({
      SAMSPILL_KAFKA: 'broker-1.hub:9092, broker-2.hub:9092,[::1]:9092',
      SAMSPILL_KAFKA_CLIENT: 'kafkajs',
      SAMSPILL_REGISTRY: 'https://registry.hub/apis/ccompat/v7',
      SAMSPILL_DATABASE: 'postgresql://nav:secret@db.hub/hub',
      SAMSPILL_OTLP: 'http://jaeger.hub:4318',
      SAMSPILL_HTTP_PORT: '18080',
      SAMSPILL_LOG_LEVEL: 'debug',
      SAMSPILL_PRINCIPAL: 'nav.wage',
    })
    expect(config).toMatchObject({
      kafka: { brokers: ['broker-1.hub:9092', 'broker-2.hub:9092', '[::1]:9092'], client: 'kafkajs' },
      registry: { url: 'https://registry.hub/apis/ccompat/v7' },
      otlp: { url: 'http://jaeger.hub:4318', sampleRatio: 1 },
      http: { host: '127.0.0.1', port: 18080 },
      logLevel: 'debug',
      principal: 'nav.wage',
    })
  })

  test('has one key secret per agency', () => {
    const secret = Buffer.alloc(32, 7).toString('base64url')
    const { keySecrets } = readConfig({ SAMSPILL_KEY_NAV: secret, SAMSPILL_KEY_VESTLAND_COUNTY: `${secret}=` })
    expect([...keySecrets.keys()]).toEqual(['nav', 'vestland-county'])
    expect(keySecrets.get('nav')?.agency).toBe('nav')
  })

  test('opens its HTTP doors to others only where somebody has written that nothing guards them', () => {
    const config = readConfig({
      SAMSPILL_HTTP_HOST: '0.0.0.0',
      SAMSPILL_UNPROTECTED: 'there is no access control yet',
    })
    expect(config.http.host).toBe('0.0.0.0')
  })
})

describe('a wrong variable is refused with its name, the rule and the way out', () => {
  test.each([
    [
      { SAMSPILL_KAFKA: 'localhost' },
      'SAMSPILL_KAFKA is not a list of brokers: write host:port, several with commas between, e.g. 127.0.0.1:19092.',
    ],
    [{ SAMSPILL_KAFKA: 'a:9092,,b:9092' }, 'SAMSPILL_KAFKA is not a list of brokers'],
    [{ SAMSPILL_KAFKA: 'a:99999' }, 'SAMSPILL_KAFKA is not a list of brokers'],
    [
      { SAMSPILL_REGISTRY: 'localhost:18081' },
      'SAMSPILL_REGISTRY is not a URL that can be used here: write http://… or https://…, or leave it out to get http://127.0.0.1:18081/apis/ccompat/v7.',
    ],
    [{ SAMSPILL_DATABASE: 'mysql://db.hub/hub' }, 'write postgres://… or postgresql://…'],
    [{ SAMSPILL_OTLP: 'jaeger' }, 'SAMSPILL_OTLP is not a URL that can be used here: write http://… or https://…'],
    [
      { SAMSPILL_HTTP_PORT: '80a' },
      'SAMSPILL_HTTP_PORT is not a whole number from 0 to 65535: write one, or leave SAMSPILL_HTTP_PORT out to get 0.',
    ],
    [{ SAMSPILL_HTTP_PORT: '65536' }, 'SAMSPILL_HTTP_PORT is not a whole number from 0 to 65535'],
    [
      { SAMSPILL_HTTP_HOST: '0.0.0.0' },
      "SAMSPILL_HTTP_HOST is reachable from other machines, and the HTTP doors have no access control: leave it out to listen on this machine only, or set SAMSPILL_UNPROTECTED='there is no access control yet'.",
    ],
    [{ SAMSPILL_HTTP_HOST: '0.0.0.0', SAMSPILL_UNPROTECTED: 'yes' }, 'SAMSPILL_HTTP_HOST is reachable'],
    [{ SAMSPILL_LOG_LEVEL: 'loud' }, 'SAMSPILL_LOG_LEVEL is none of debug, info, warn, error'],
    [{ SAMSPILL_PRINCIPAL: 'Nav!' }, 'SAMSPILL_PRINCIPAL is not a name for consumer groups'],
    [{ SAMSPILL_KEY_NAV: 'c2hvcnQ' }, 'SAMSPILL_KEY_NAV is not base64url of at least 32 bytes: make one with'],
    [{ SAMSPILL_KEY_NAV: `${'a'.repeat(50)} b` }, 'SAMSPILL_KEY_NAV is not base64url'],
    [{ SAMSPILL_KEY_: 'a'.repeat(50) }, 'SAMSPILL_KEY_ names no agency: write SAMSPILL_KEY_ and the agency'],
  ])('%o', (source, message) => {
    expect(() => readConfig(source)).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.stringContaining(message) }),
    )
  })

  test('and without its value, which may be a secret', () => {
    expect(() => readConfig({ SAMSPILL_DATABASE: 'mysql://nav:hunter2@db' })).toThrow(/^((?!hunter2).)*$/)
    expect(() => readConfig({ SAMSPILL_KEY_NAV: 'hunter2' })).toThrow(/^((?!hunter2).)*$/)
  })
})
