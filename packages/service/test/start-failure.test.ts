import { HubError } from '@samspill/contracts'
import { DatabaseUnavailable, StatementError } from '@samspill/postgres'
import { describe, expect, test } from 'vitest'
import { isPassing } from '../src/start-failure.ts'

const answered = (sqlState: string): StatementError => new StatementError('statement-failed', 'failed', { sqlState })

describe('a start that failed', () => {
  test.each([
    { because: 'a migration has a syntax error', error: answered('42601') },
    { because: 'a migration breaks a constraint', error: answered('23505') },
    { because: 'the user may not make a schema', error: answered('42501') },
    { because: 'a migration was changed', error: new HubError('migration-changed', 'changed') },
    { because: 'the hub has a bug', error: new TypeError('undefined is not a function') },
  ])('is told at once where $because', ({ error }) => {
    expect(isPassing(error)).toBe(false)
  })

  test.each([
    { because: 'the database is away', error: new DatabaseUnavailable('away') },
    { because: 'the disk is full', error: answered('53100') },
    { because: 'it met a deadlock', error: answered('40P01') },
    { because: 'the database is a standby', error: answered('25006') },
    { because: 'the registry does not know the schema yet', error: new HubError('schema-not-registered', 'unknown') },
  ])('is tried again where $because', ({ error }) => {
    expect(isPassing(error)).toBe(true)
  })
})
