import { HubError } from '@samspill/contracts'
import type pg from 'pg'
import { failureOf } from './failure.ts'
import type { Log } from './log.ts'
import type { Answer, Transaction } from './queryable.ts'
import type { StatementNames } from './statement-names.ts'

/** The statements of one transaction on a pipelined connection: counts what is under way and keeps the first failure. */
export class OpenTransaction implements Transaction {
  readonly pipelined = true
  readonly #client: pg.ClientBase
  readonly #names: StatementNames
  readonly #log: Log
  #failure: Error | undefined
  #underWay = 0
  #over = false
  #whenIdle: (() => void) | undefined

  readonly #answerMilliseconds: number | undefined

  constructor(client: pg.ClientBase, names: StatementNames, log: Log, answerMilliseconds?: number) {
    this.#answerMilliseconds = answerMilliseconds
    this.#client = client
    this.#names = names
    this.#log = log
  }

  /** The first failure, in the order in which the statements were issued. */
  get failure(): Error | undefined {
    return this.#failure
  }

  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
    const answer = this.#over ? this.#refuse<Row>() : this.#issue<Row>(text, values)
    // A handler may forget to await: the failure is kept in #failure and fails the transaction, so nothing is lost here.
    answer.catch(() => undefined)
    return answer
  }

  /** Waits until every statement that was issued has its answer. */
  async settled(): Promise<void> {
    while (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve
      })
    }
  }

  /** From here on no statement is taken any more. */
  close(): void {
    this.#over = true
  }

  /** The connection broke while no statement was under way. */
  fail(error: unknown): void {
    this.#failure ??= failureOf(error)
  }

  #issue<Row>(text: string, values: readonly unknown[] | undefined): Promise<Answer<Row>> {
    return new Promise((resolve, reject) => {
      this.#underWay += 1
      const settle = (error: unknown, result?: pg.QueryResult | pg.QueryResult[]): void => {
        if (error !== null && error !== undefined) {
          this.fail(error)
          reject(this.#failure)
        } else {
          const last = Array.isArray(result) ? result.at(-1) : result
          resolve({ rows: (last?.rows ?? []) as Row[], rowCount: last?.rowCount ?? 0 })
        }
        this.#underWay -= 1
        if (this.#underWay === 0) this.#whenIdle?.()
      }
      try {
        this.#client.query(this.#statement(text, values), settle)
      } catch (error) {
        settle(error)
      }
    })
  }

  #statement(text: string, values: readonly unknown[] | undefined): pg.QueryConfig {
    const limit = this.#answerMilliseconds
    return { ...statement(text, values, this.#names), ...(limit === undefined ? {} : { query_timeout: limit }) }
  }

  #refuse<Row>(): Promise<Answer<Row>> {
    const error = new HubError(
      'transaction-over',
      'a statement was issued after its transaction had ended: await every promise of a handler before it returns',
    )
    this.#log.error(error.message, { error })
    return Promise.reject(error)
  }
}

/** What `pg` is given: statements with values are prepared once per connection, others may hold several commands. */
export function statement(text: string, values: readonly unknown[] | undefined, names: StatementNames): pg.QueryConfig {
  if (values === undefined || values.length === 0) return { text }
  const name = names.nameOf(text)
  return name === undefined ? { text, values: [...values] } : { name, text, values: [...values] }
}
