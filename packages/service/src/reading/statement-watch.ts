import type { Transaction } from '@samspill/postgres'
import type { PlannedEvent } from './planned-record.ts'

/** Finds out whose statement was the first to fail in a transaction that many handlers share. */
export class StatementWatch {
  #failedFirst: { readonly owner: PlannedEvent | undefined } | undefined

  /** The event whose handler issued the statement that failed first; undefined where none of a handler's did. */
  get guilty(): PlannedEvent | undefined {
    return this.#failedFirst?.owner
  }

  /** The transaction as the handler of one event sees it; undefined for statements that are no handler's. */
  of(owner: PlannedEvent | undefined, transaction: Transaction): Transaction {
    return {
      pipelined: true,
      query: <Row>(text: string, values?: readonly unknown[]) => {
        const answer = transaction.query<Row>(text, values)
        // PostgreSQL answers in order, and reactions to rejections run in the order of the rejections.
        answer.catch(() => {
          this.#failedFirst ??= { owner }
        })
        return answer
      },
    }
  }
}
