import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { eventSource, idMadeFrom, keyOfSubject, keySecret, returnedEventId, type Stream } from '../src/index.ts'

const layoffs: Stream = {
  name: 'nav.layoffs',
  agency: 'nav',
  subject: { field: 'person', kind: 'person' },
  partitions: 6,
  access: 'personal',
  keys: 'hub',
}
const organisations: Stream = {
  ...layoffs,
  name: 'brreg.organisations',
  agency: 'brreg',
  subject: { field: 'organisationNumber', kind: 'organisation' },
  access: 'open',
}
const person = '13897512453'
const navSecret = keySecret('nav', Buffer.alloc(32, 1).toString('base64url'))

describe('the key of a record about a person', () => {
  test('is the same each time, so that the order per person holds', () => {
    expect(keyOfSubject(layoffs, person, navSecret)).toBe(keyOfSubject(layoffs, person, navSecret))
    expect(keyOfSubject(layoffs, person, navSecret)).toBe('KYLE61oRi0pabbGqMnVKA3')
  })

  test.each([0, 1, 31, 32, 64, 65, 100, 300])(
    'is HMAC-SHA256 with a secret of 32 bytes and more, for %i characters',
    (length) => {
      for (const bytes of [32, 64, 65, 100]) {
        const secret = keySecret('nav', Buffer.alloc(bytes, length).toString('base64url'))
        const subject = 'ø'.repeat(length)
        const digest = createHmac('sha256', Buffer.alloc(bytes, length)).update(`person:${subject}`).digest('base64url')
        expect(keyOfSubject(layoffs, subject, secret)).toBe(digest.slice(0, 22))
      }
    },
  )

  test('neither is the number nor shows it', () => {
    const key = keyOfSubject(layoffs, person, navSecret)
    expect(key).toMatch(/^[\w-]{22}$/)
    expect(key).not.toMatch(/\d{11}/)
  })

  test('cannot be made without the secret of the agency', () => {
    const otherSecret = keySecret('nav', Buffer.alloc(32, 2).toString('base64url'))
    expect(keyOfSubject(layoffs, person, otherSecret)).not.toBe(keyOfSubject(layoffs, person, navSecret))
  })

  test('differs between persons, and between kinds of subject with the same digits', () => {
    const ofEmployer: Stream = { ...layoffs, subject: { field: 'employer', kind: 'organisation' } }
    const keys = [
      keyOfSubject(layoffs, person, navSecret),
      keyOfSubject(layoffs, '13897512461', navSecret),
      keyOfSubject(ofEmployer, person, navSecret),
    ]
    expect(new Set(keys).size).toBe(3)
  })
})

test('the key of a record in an open register is the plain number', () => {
  expect(keyOfSubject(organisations, '974760673', navSecret)).toBe('974760673')
})

test('a key secret does not show itself when it is printed', () => {
  expect(JSON.stringify(navSecret)).not.toContain(Buffer.alloc(32, 1).toString('base64url'))
})

describe('the id of an event that a handler returned', () => {
  const parts = {
    service: 'wage-compensation',
    causeSource: '/nav/aareg',
    causeId: '17',
    type: 'nav.benefits.WageCompensationGranted',
    subjectKey: 'KYLE61oRi0pabbGqMnVKA3',
    number: 0,
  }

  test('is the same when the cause is handled again', () => {
    expect(returnedEventId(parts)).toBe(returnedEventId({ ...parts }))
  })

  test('has the shape of a UUID, version 8', () => {
    expect(returnedEventId(parts)).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  })

  test.each([
    { service: 'career-guidance' },
    { causeSource: '/nav/kafka' },
    { causeId: '18' },
    { type: 'nav.benefits.WageCompensationRefused' },
    { subjectKey: 'another' },
    { number: 1 },
  ])('is another one with %o', (other) => {
    expect(returnedEventId({ ...parts, ...other })).not.toBe(returnedEventId(parts))
  })

  test('does not run its parts together', () => {
    const one = returnedEventId({ ...parts, causeSource: '/nav/a', causeId: 'b' })
    const other = returnedEventId({ ...parts, causeSource: '/nav/', causeId: 'ab' })
    expect(one).not.toBe(other)
  })
})

test('the source of an event is its agency and system', () => {
  expect(eventSource('nav', 'aareg')).toBe('/nav/aareg')
})

test('an id that is made from what it names is a UUID, the same each time and another for anything else', () => {
  const id = idMadeFrom('employer-pay-request', 'layoff 1')
  expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  expect(idMadeFrom('employer-pay-request', 'layoff 1')).toBe(id)
  expect(idMadeFrom('employer-pay-requestlayoff', ' 1')).not.toBe(id)
})
