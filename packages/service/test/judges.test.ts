import { RetryLater } from '@samspill/contracts'
import { expect, test } from 'vitest'
import { judgeOfProbe } from '../src/parking/judges.ts'
import type { WorkableRecord } from '../src/reading/planned-record.ts'

const day = 86_400_000
const failing = (...errors: readonly unknown[]) =>
  new Map(
    errors.map((error, index) => {
      const record = { kind: 'event', subject: `person:${index}` } as Partial<WorkableRecord> as WorkableRecord
      return [record, { error, traceparent: undefined }]
    }),
  )

test.each([
  { errors: [new RetryLater(day), new RetryLater(2 * day)], asked: day, what: 'no shorter than all of them ask' },
  {
    errors: [new RetryLater(day), new Error('ECONNREFUSED')],
    asked: 0,
    what: 'as usual where one of them does not ask',
  },
  { errors: [new RetryLater(Number.NaN)], asked: 0, what: 'as usual where it asks for nothing that is a time' },
])('a probe that fails has its stream wait $what', ({ errors, asked }) => {
  const judge = judgeOfProbe(2)
  expect(judge.asked).toBe(0)
  expect(judge.halts(failing(...errors), [])).toBe(errors.length > 1)
  expect(judge.asked).toBe(asked)
})
