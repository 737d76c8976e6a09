import { HubError, PermanentFailure } from '@samspill/contracts'
import { describe, expect, test } from 'vitest'
import { reasonOf } from '../src/parking/reason-of-failure.ts'

describe('the reason that operators see', () => {
  test('is the code and sentence of a failure of the hub', () => {
    expect(reasonOf(new HubError('schema-unknown', 'the registry knows no schema 7'))).toEqual({
      code: 'schema-unknown',
      sentence: 'the registry knows no schema 7',
    })
  })

  test('never holds a national number, whatever the handler’s author wrote', () => {
    const { sentence } = reasonOf(new PermanentFailure('no such person: 23888212167'))
    expect(sentence).toBe('no such person: [number]')
  })

  test.each([
    { message: 'no such person: 238882 12167', sentence: 'no such person: [number]' },
    { message: 'the register said:\r\n\u001b[2Jno\0', sentence: 'the register said: [2Jno ' },
    { message: 'no '.repeat(1_000), sentence: `${'no '.repeat(166)}no…` },
  ])('is one short line that can be kept and shown', ({ message, sentence }) => {
    expect(reasonOf(new PermanentFailure(message)).sentence).toBe(sentence)
  })

  test('says only the class of any other error, since its text may hold anything', () => {
    expect(reasonOf(new RangeError('23888212167 is out of range'))).toEqual({
      code: 'handler-failed',
      sentence: "the handler threw RangeError; the service's log has more",
    })
  })
})
