import { HubError } from '@samspill/contracts'
import { DatabaseUnavailable, failureOf, isConnectionLoss } from './failure.ts'
import type { Connection } from './wire/connection.ts'

/**
 * Commits, and believes only an answer that says so: PostgreSQL answers the COMMIT of a failed transaction with ROLLBACK
 * and no error. Throws `commit-rolled-back`, `transaction-ended-inside`, StatementError or DatabaseUnavailable.
 */
export async function commit(connection: Pick<Connection, 'run' | 'status'>): Promise<void> {
  if (connection.status === 'I') {
    throw new HubError(
      'transaction-ended-inside',
      'the work ended its transaction itself: leave begin, commit and rollback to the hub',
    )
  }
  let command: string
  try {
    command = (await connection.run('commit')).command
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
