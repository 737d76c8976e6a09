import type { Answer } from '../queryable.ts'
import type { Columns } from './columns.ts'

/** An answer with the command that PostgreSQL says it has carried out, e.g. `COMMIT`; '' where nobody asks for it. */
export interface CommandAnswer extends Answer<unknown> {
  readonly command: string
}

/** Told once what became of a statement: a failure, or an answer. */
export type Settle = (failure: unknown, answer: CommandAnswer) => void

/** A statement that the server knows under a name. */
export interface Prepared {
  readonly name: string
  /** Undefined until the server has described it; null where it gives no rows. */
  columns: Columns | null | undefined
}

/**
 * Something the server will answer, in the order in which it was written.
 * `statement`: Bind and Execute, answered by CommandComplete. `sync`: answered by ReadyForQuery.
 * `commands`: text in the simple protocol, answered by both.
 */
export class Exchange {
  readonly kind: 'statement' | 'sync' | 'commands'
  readonly settle: Settle
  next: Exchange | undefined
  /** The statement is its own transaction: only the ReadyForQuery after it says that it stands. */
  settlesAtSync = false
  /** The statement that the next ReadyForQuery settles. */
  held: Exchange | undefined
  /** The statement that this one makes known to the server. */
  introduces: Prepared | undefined
  prepared: Prepared | undefined
  columns: Columns | undefined
  /** Its columns come as `Columns.formats` says, and not all as text. */
  asked = false
  rows: unknown[] = []
  rowCount = 0
  command = ''
  /** One of several commands is done: what comes next belongs to the next one. */
  completed = false
  failure: unknown

  constructor(kind: Exchange['kind'], settle: Settle) {
    this.kind = kind
    this.settle = settle
  }

  done(): void {
    this.settle(this.failure, { rows: this.rows, rowCount: this.rowCount, command: this.command })
  }
}
