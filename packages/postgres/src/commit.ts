import { HubError } from '@samspill/contracts'
import type pg from 'pg'
import { DatabaseUnavailable, failureOf, isConnectionLoss } from './failure.ts'

/** A connection that is taken out of the pool. */
export interface OpenConnection extends pg.PoolClient {
  /** `I` outside of a transaction, `T` inside of one, `E` inside of a failed one. */
  getTransactionStatus(): 'I' | 'T' | 'E' | null
}

/**
 * Commits, and believes only an answer that says so: PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK
 * and no error. Throws `commit-rolled-back`, `transaction-ended-inside`, StatementError or DatabaseUnavailable.
 */
export async function commit(client: Pick<OpenConnection, 'query' | 'getTransactionStatus'>): Promise<void> {
  if (client.getTransactionStatus() === 'I') {
    throw new HubError(
      'transaction-ended-inside',
      'the work ended its transaction itself: leave begin, commit and rollback to the hub',
    )
  }
  let command: string
  try {
    command = (await client.query('commit')).command
  } catch (error) {
    const failure = failureOf(error)
    if (!isConnectionLoss(failure)) throw failure
    throw new DatabaseUnavailable('the connection broke during COMMIT: the work may stand or not', {
      cause: failure,
      commitOutcome: 'unknown',
    })
  }
  if (command !== 'COMMIT') {
    throw new HubError(
      'commit-rolled-back',
      'PostgreSQL answered COMMIT with ROLLBACK: nothing of the transaction stands',
    )
  }
}
