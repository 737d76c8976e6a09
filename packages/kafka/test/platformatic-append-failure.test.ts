import { NetworkError, ProtocolError, ResponseError, TimeoutError, UserError } from '@platformatic/kafka'
import { describe, expect, test } from 'vitest'
import { failureAfterSending, failureBeforeSending, refusal } from '../src/platformatic/append-failure.ts'

const initProducerId = 22

describe('what a failed append over @platformatic/kafka means', () => {
  test.each([
    ['NOT_LEADER_OR_FOLLOWER', 'leader-away', 'not-written', true, false],
    ['NOT_ENOUGH_REPLICAS', 'too-few-replicas', 'not-written', true, false],
    ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'too-few-replicas', 'unknown', true, false],
    ['REQUEST_TIMED_OUT', 'append-timed-out', 'unknown', true, false],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'writer-lost', 'not-written', true, true],
    ['MESSAGE_TOO_LARGE', 'record-too-large', 'not-written', false, false],
    ['UNKNOWN_SERVER_ERROR', 'append-failed', 'unknown', true, false],
  ])('where the broker answers %s', (answer, code, outcome, retriable, rebuildWriter) => {
    expect(refusal(answer)).toMatchObject({ code, outcome, retriable, rebuildWriter })
  })

  test('is that nothing was written where nothing went out', () => {
    const away = new NetworkError('Connection to 127.0.0.1:1 failed.')
    expect(failureBeforeSending(away)).toMatchObject({ code: 'broker-unreachable', outcome: 'not-written' })
    const unknown = new UserError('Unknown topic nav.layoffs.')
    expect(failureBeforeSending(unknown)).toMatchObject({ code: 'topic-unknown', outcome: 'not-written' })
  })

  test('is unknown where the connection broke or the answer did not come', () => {
    expect(failureAfterSending(new NetworkError('Connection closed')).outcome).toBe('unknown')
    const late = failureAfterSending(new TimeoutError('Request timed out'))
    expect(late).toMatchObject({ code: 'append-timed-out', outcome: 'unknown', retriable: true })
  })

  test('names the reason that lies inside of a response', () => {
    const response = new ResponseError(initProducerId, 4, { '/': [31, null] }, {})
    expect(failureBeforeSending(response)).toMatchObject({ code: 'writer-forbidden', retriable: false })
    expect(failureBeforeSending(new ProtocolError('LEADER_NOT_AVAILABLE'))).toMatchObject({ code: 'leader-away' })
  })
})
