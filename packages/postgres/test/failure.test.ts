import { HubError } from '@samspill/contracts'
import { describe, expect, it } from 'vitest'
import { failureOf, isConnectionLoss, isTransient } from '../src/failure.ts'

const answered = (code: string, more: Record<string, string> = {}): Error =>
  Object.assign(new Error(more['message'] ?? 'refused'), { severity: 'ERROR', code, ...more })

describe('what PostgreSQL answers', () => {
  it('is told by rule and place, never with the row that broke the rule', () => {
    const number = '13861012345'
    const failure = failureOf(
      answered('23505', {
        message: `duplicate key value ${number}`,
        detail: `Key (person)=(${number}) already exists.`,
        where: number,
        schema: 'wage-compensation',
        table: 'layoff',
        constraint: 'layoff_pkey',
      }),
    )
    expect(failure).toMatchObject({ code: 'statement-failed', sqlState: '23505', constraint: 'layoff_pkey' })
    expect(failure.message).toBe(
      'the statement failed: the row exists already (23505) at constraint layoff_pkey of table wage-compensation.layoff',
    )
    expect(failure.cause).toBeUndefined()
    expect(JSON.stringify(failure)).not.toContain(number)
  })

  it("is told in PostgreSQL's words where they speak of the statement's own text", () => {
    const failure = failureOf(answered('42P01', { message: 'relation "layof" does not exist', position: '15' }))
    expect(failure.message).toContain('relation "layof" does not exist, at character 15')
  })

  it.each(['40P01', '40001', '53200'])('is transient: %s', (code) => {
    expect(isTransient(failureOf(answered(code)))).toBe(true)
  })

  it.each(['08006', '57P01', '57P03', '53300', '28P01'])('is the loss of the database: %s', (code) => {
    const failure = failureOf(answered(code))
    expect(isConnectionLoss(failure)).toBe(true)
    expect(isTransient(failure)).toBe(false)
  })
})

describe('what the connection answers', () => {
  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
  ])('is the loss of the database: $message', (error) => {
    expect(failureOf(error)).toMatchObject({
      code: 'database-unavailable',
      cause: error,
      commitOutcome: 'not-committed',
    })
  })

  it('is not told with the value that could not be written', () => {
    expect(failureOf(new TypeError('Do not know how to serialize 13861012345')).message).not.toContain('13861012345')
  })
})

it('leaves errors of the hub as they are', () => {
  const error = new HubError('position-moved', 'another process was quicker')
  expect(failureOf(error)).toBe(error)
})
