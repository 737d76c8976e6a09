import type { Queryable } from '../queryable.ts'

/** Who does something, and why. */
export interface Responsibility {
  readonly by: string
  readonly reason: string
}

/** What an operator has done with a service's events: written in the same transaction as the deed, and never changed. */
export interface OperatorAction extends Responsibility {
  readonly id: number
  /** What was done, e.g. `redrive`, `discard`, `reveal`, `resume`. */
  readonly action: string
  /** With what: streams, ids, counts; nothing personal. */
  readonly what: Readonly<Record<string, unknown>>
  readonly at: Date
}

/** Writes down what an operator does, and gives the entry's id. */
export async function writeAction(transaction: Queryable, action: Omit<OperatorAction, 'id' | 'at'>): Promise<number> {
  const { rows } = await transaction.query(
    'insert into operator_action (done_by, reason, action, what) values ($1, $2, $3, $4) returning id',
    [action.by, action.reason, action.action, JSON.stringify(action.what)],
  )
  return (rows as { readonly id: number }[])[0]?.id ?? 0
}

/** Lists what operators have done, newest first. */
export async function readActions(queryable: Queryable, limit = 100): Promise<readonly OperatorAction[]> {
  const { rows } = await queryable.query(
    `select id, done_at as at, done_by as by, reason, action, what from operator_action order by id desc limit $1`,
    [limit],
  )
  return rows as OperatorAction[]
}
