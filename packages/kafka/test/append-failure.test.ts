import { describe, expect, test } from 'vitest'
import { appendFailure } from '../src/kafkajs/append-failure.ts'

const brokerSays = (type: string): Error => Object.assign(new Error(type), { name: 'KafkaJSProtocolError', type })
const wrapped = (cause: Error): Error =>
  Object.assign(new Error('retries', { cause }), { name: 'KafkaJSNumberOfRetriesExceeded' })
const failed = (name: string): Error => Object.assign(new Error(name), { name })

describe('what a failed append means', () => {
  test.each([
    ['NOT_LEADER_FOR_PARTITION', 'leader-away', 'not-written', true, false],
    ['NOT_ENOUGH_REPLICAS', 'too-few-replicas', 'not-written', true, false],
    ['NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'too-few-replicas', 'unknown', true, false],
    ['REQUEST_TIMED_OUT', 'append-timed-out', 'unknown', true, false],
    ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'writer-lost', 'not-written', true, true],
    ['UNKNOWN_PRODUCER_ID', 'writer-lost', 'not-written', true, true],
    ['MESSAGE_TOO_LARGE', 'record-too-large', 'not-written', false, false],
    ['TOPIC_AUTHORIZATION_FAILED', 'topic-forbidden', 'not-written', false, false],
    ['AN_ANSWER_OF_TOMORROW', 'append-failed', 'unknown', true, false],
  ])('where the broker says %s', (type, code, outcome, retriable, rebuildWriter) => {
    expect(appendFailure(wrapped(brokerSays(type)), 1)).toMatchObject({ code, outcome, retriable, rebuildWriter })
  })

  test('is that nothing was written where nothing went out', () => {
    expect(appendFailure(failed('KafkaJSConnectionError'), 0)).toMatchObject({
      outcome: 'not-written',
      retriable: true,
    })
  })

  test('is unknown where the connection broke or the answer did not come', () => {
    expect(appendFailure(failed('KafkaJSConnectionClosedError'), 1).outcome).toBe('unknown')
    expect(appendFailure(failed('KafkaJSRequestTimeoutError'), 1)).toMatchObject({
      code: 'append-timed-out',
      outcome: 'unknown',
    })
  })

  test('is unknown where the records went out twice, whatever the last answer was', () => {
    expect(appendFailure(brokerSays('NOT_LEADER_FOR_PARTITION'), 2).outcome).toBe('unknown')
  })
})
