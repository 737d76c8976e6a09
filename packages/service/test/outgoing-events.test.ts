import { createCodecs } from '@samspill/avro'
import { keySecret, nationalIdentityNumber, timestamp, type NewEvent, type ReceivedEvent } from '@samspill/contracts'
import { careerGuidanceOffered, monthlyIncomeReported, wageCompensationRefused } from '@samspill/schemas'
import { describe, expect, test } from 'vitest'
import { createOutgoingEvents } from '../src/publishing/outgoing-events.ts'

const person = nationalIdentityNumber('17820300033')
const refused = wageCompensationRefused({
  layoffId: '8f3b2f0e-3d0a-4c52-9a1e-0f4d8a5b6c7d',
  person,
  reason: 'OUTSIDE_SCHEME',
  ruleVersion: 'FOR-2020-04-08-757',
})
const nav = keySecret('nav', Buffer.alloc(32, 1).toString('base64url'))
const cause: ReceivedEvent = {
  id: 'c1',
  source: '/nav/aareg',
  type: 'nav.layoffs.LayoffRegistered',
  time: timestamp('2020-03-24T08:00:00Z'),
  subjectKey: 'k',
  correlationId: 'case-1',
  replay: false,
  data: {},
}

describe('a returned event', () => {
  test('has an opaque key that never holds the number', () => {
    const { subjectKey } = outgoing().envelopeOf(refused)
    expect(subjectKey).toMatch(/^[\w-]{22}$/)
    expect(subjectKey).not.toContain(person)
  })

  test('has the same id when the same event is handled again, and others for the next of its kind', () => {
    const numbered = (number: number): string =>
      outgoing().envelopeOf(refused, { event: cause, numberOf: () => number }).id
    expect(numbered(0)).toBe(numbered(0))
    expect(numbered(0)).not.toBe(numbered(1))
  })

  test('belongs to the case of its cause', () => {
    expect(outgoing().envelopeOf(refused, { event: cause, numberOf: () => 0 })).toMatchObject({
      source: '/nav/wage-compensation',
      correlationId: 'case-1',
      causationId: 'c1',
    })
  })

  test('is marked as replay where its cause is', () => {
    const follows = (event: ReceivedEvent): boolean =>
      outgoing().envelopeOf(refused, { event, numberOf: () => 0 }).replay
    expect(follows(cause)).toBe(false)
    expect(follows({ ...cause, replay: true })).toBe(true)
  })

  test('says what it corrects where the handler says so', () => {
    const corrects = { source: '/nav/wage-compensation', id: 'g1' }
    const annulment = { ...refused, envelope: { corrects, annuls: true } }
    expect(outgoing().envelopeOf(annulment)).toMatchObject({ corrects, annuls: true })
    expect(outgoing().envelopeOf(refused)).not.toHaveProperty('corrects')
  })

  test('is refused where no record can hold it: in the outbox it would hold up its subject', async () => {
    const system = outgoing()
    await system.prepare()
    const sized = (length: number): (() => unknown) => {
      const event = wageCompensationRefused({ ...refused.data, ruleVersion: 'x'.repeat(length) })
      return () => system.toOutgoing(event, system.envelopeOf(event), {})
    }
    expect(sized(990_000)).not.toThrow()
    expect(sized(1_000_000)).toThrow(expect.objectContaining({ code: 'record-too-large' }))
  })

  test('is refused where the service does not announce it', () => {
    const stranger = { ...refused, type: 'nav.benefits.Unheard' } as NewEvent
    expect(() => outgoing().envelopeOf(stranger)).toThrow(/is not in the "publishes" of wage-compensation: add it/)
  })
})

describe('a system', () => {
  test.each([
    { contract: careerGuidanceOffered, code: 'stream-foreign' },
    { contract: monthlyIncomeReported, code: 'stream-foreign' },
  ])('may not publish to the stream of another agency', ({ contract, code }) => {
    expect(() => outgoing({ publishes: [contract] })).toThrow(expect.objectContaining({ code }))
  })

  test('may not make keys where one plain publisher does', () => {
    expect(() => outgoing({ agency: 'skatteetaten', publishes: [monthlyIncomeReported] })).toThrow(
      expect.objectContaining({ code: 'stream-keyed-by-publisher' }),
    )
  })

  test('needs its agency’s key secret, and is told which variable holds it', () => {
    expect(() => outgoing({ keySecrets: new Map() })).toThrow(/SAMSPILL_KEY_NAV/)
  })
})

function outgoing(
  change: Partial<Parameters<typeof createOutgoingEvents>[0]> = {},
): ReturnType<typeof createOutgoingEvents> {
  return createOutgoingEvents({
    agency: 'nav',
    system: 'wage-compensation',
    publishes: [wageCompensationRefused],
    keySecrets: new Map([['nav', nav]]),
    registry: { idOf: () => Promise.resolve(7), schemaById: () => Promise.reject(new Error('not asked for')) },
    codecs: createCodecs(),
    now: () => timestamp('2020-03-24T08:00:00Z'),
    newId: () => 'fresh',
    ...change,
  })
}
