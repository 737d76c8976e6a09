import { HubError } from '@samspill/contracts'
import { failureOf } from './failure.ts'
import type { Log } from './log.ts'
import type { Answer, Transaction } from './queryable.ts'
import type { Connection } from './wire/connection.ts'

/** The statements of one transaction: keeps the first failure, and takes no statement after the end. */
export class OpenTransaction implements Transaction {
  readonly pipelined = true
  readonly #connection: Pick<Connection, 'issue' | 'lost'>
  readonly #log: Log
  #failure: Error | undefined
  #over = false

  constructor(connection: Pick<Connection, 'issue' | 'lost'>, log: Log) {
    this.#connection = connection
    this.#log = log
  }

  /** The first failure, in the order in which the statements were issued. */
  get failure(): Error | undefined {
    return this.#failure ?? this.#connection.lost
  }

  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Answer<Row>> {
    return this.#over ? this.#refuse<Row>() : this.#issue<Row>(text, values)
  }

  /** From here on no statement is taken any more. */
  close(): void {
    this.#over = true
  }

  #issue<Row>(text: string, values: readonly unknown[] | undefined): Promise<Answer<Row>> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer<Row>>()
    this.#connection.issue(text, values, (failure, answer) => {
      if (failure === undefined) {
        resolve(answer as Answer<Row>)
        return
      }
      this.#failure ??= failureOf(failure)
      // A handler may forget to await: the failure is kept and fails the transaction, so nothing is lost here.
      promise.catch(ignore)
      reject(this.#failure)
    })
    return promise
  }

  #refuse<Row>(): Promise<Answer<Row>> {
    const error = new HubError(
      'transaction-over',
      'a statement was issued after its transaction had ended: await every promise of a handler before it returns',
    )
    this.#log.error(error.message, { error })
    const refused = Promise.reject(error)
    refused.catch(ignore)
    return refused
  }
}

function ignore(): void {
  // See #issue.
}
