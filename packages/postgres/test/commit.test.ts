import { describe, expect, it } from 'vitest'
import { commit } from '../src/commit.ts'

type Connection = Parameters<typeof commit>[0]

const connection = (status: 'I' | 'T' | 'E', answer: () => Promise<{ command: string }>): Connection => ({
  status,
  run: async () => ({ rows: [], rowCount: 0, ...(await answer()) }),
})

describe('committing', () => {
  it('is done when PostgreSQL answers COMMIT', async () => {
    await expect(commit(connection('T', async () => ({ command: 'COMMIT' })))).resolves.toBeUndefined()
  })

  it('has failed when PostgreSQL answers ROLLBACK, although that is no error', async () => {
    const answered = commit(connection('E', async () => ({ command: 'ROLLBACK' })))
    await expect(answered).rejects.toMatchObject({ code: 'commit-rolled-back' })
  })

  it('leaves open whether the work stands when the connection breaks before the answer', async () => {
    const broken = commit(connection('T', () => Promise.reject(new Error('Connection terminated unexpectedly'))))
    await expect(broken).rejects.toMatchObject({ code: 'database-unavailable', commitOutcome: 'unknown' })
  })

  it('is refused where no transaction is open any more', async () => {
    const ended = commit(connection('I', async () => ({ command: 'COMMIT' })))
    await expect(ended).rejects.toMatchObject({ code: 'transaction-ended-inside' })
  })
})
