import type pg from 'pg'
import { failureOf, StatementError } from '../failure.ts'
import { Columns } from './columns.ts'
import type { Exchange } from './exchange.ts'
import type { PreparedStatements } from './prepared-statements.ts'
import { serverError } from './server-error.ts'

/** The codes of the messages that the server sends. */
const message = {
  commandComplete: 0x43,
  dataRow: 0x44,
  error: 0x45,
  copyIn: 0x47,
  copyOut: 0x48,
  copyBoth: 0x57,
  emptyQuery: 0x49,
  noData: 0x6e,
  notification: 0x41,
  readyForQuery: 0x5a,
  rowDescription: 0x54,
} as const

/**
 * What the server still has to answer, in order, and what its messages mean for it. After a failure the server passes
 * over everything up to the next Sync: all of that fails with the same error.
 */
export class Answers {
  lost: Error | undefined
  status: 'I' | 'T' | 'E' = 'I'
  waitingFor = 0
  /** Called for each notification. */
  notified: () => void = () => undefined
  #first: Exchange | undefined
  #last: Exchange | undefined
  /** The failure for which the server passes over what comes before the next Sync. */
  #passedOver: Error | undefined
  #whenSettled: (() => void)[] = []
  readonly #types: pg.CustomTypesConfig
  readonly #statements: PreparedStatements
  readonly #giveUp: () => void

  constructor(types: pg.CustomTypesConfig, statements: PreparedStatements, giveUp: () => void) {
    this.#types = types
    this.#statements = statements
    this.#giveUp = giveUp
  }

  expect(exchange: Exchange): void {
    if (this.#last === undefined) this.#first = exchange
    else this.#last.next = exchange
    this.#last = exchange
    this.waitingFor += 1
  }

  async settled(): Promise<void> {
    while (this.waitingFor > 0) await new Promise<void>((resolve) => this.#whenSettled.push(resolve))
  }

  /** The connection is gone: nothing will be answered any more. */
  lose(failure: Error): void {
    this.lost ??= failure
    for (let exchange = this.#shift(); exchange !== undefined; exchange = this.#shift()) {
      const statement = exchange.kind === 'sync' ? exchange.held : exchange
      if (statement !== undefined) fail(statement, this.lost)
    }
    this.#wake()
  }

  /** Takes one message of the server. */
  take(code: number, bytes: Buffer, from: number, to: number): void {
    const first = this.#first
    switch (code) {
      case message.dataRow:
        if (first !== undefined) takeRow(first, bytes, from)
        return
      case message.commandComplete:
        if (first !== undefined) this.#complete(first, bytes, from, to)
        return
      case message.emptyQuery:
        if (first !== undefined) this.#complete(first, bytes, from, from)
        return
      case message.rowDescription:
        if (first !== undefined) this.#describe(first, new Columns(bytes, from, this.#types))
        return
      case message.noData:
        if (first !== undefined) this.#describe(first, null)
        return
      case message.readyForQuery:
        this.#ready(bytes[from])
        return
      case message.error:
        this.#refuse(bytes, from, to)
        return
      case message.copyIn:
      case message.copyOut:
      case message.copyBoth:
        this.lose(new StatementError('statement-failed', 'COPY to or from the client is not possible here'))
        this.#giveUp()
        return
      case message.notification:
        this.notified()
        return
      default:
        // ParseComplete, BindComplete, notices and settings: nothing waits for them.
        return
    }
  }

  #describe(exchange: Exchange, columns: Columns | null): void {
    if (exchange.completed) startNextCommand(exchange)
    exchange.columns = columns ?? undefined
    if (exchange.introduces !== undefined) exchange.introduces.columns = columns
  }

  #complete(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
    if (exchange.completed) startNextCommand(exchange)
    exchange.rowCount = rowCountIn(bytes, from, to)
    if (exchange.settlesAtSync) exchange.command = bytes.toString('latin1', from, to - 1)
    if (exchange.kind === 'commands') {
      exchange.completed = true
      return
    }
    this.#shift()
    const sync = exchange.next
    if (exchange.settlesAtSync && sync !== undefined) sync.held = exchange
    else exchange.done()
  }

  #ready(status: number | undefined): void {
    this.status = status === 0x49 ? 'I' : status === 0x54 ? 'T' : 'E'
    let exchange = this.#shift()
    for (; exchange !== undefined && exchange.kind === 'statement'; exchange = this.#shift()) {
      this.#drop(exchange, this.#passedOver ?? new StatementError('statement-failed', 'the server has passed it over'))
    }
    this.#passedOver = undefined
    if (exchange?.kind === 'commands') exchange.done()
    else exchange?.held?.done()
    if (this.waitingFor === 0) this.#wake()
  }

  #refuse(bytes: Buffer, from: number, to: number): void {
    const { error, isFatal } = serverError(bytes, from, to)
    const failure = failureOf(error)
    if (isFatal) {
      this.lose(failure)
      this.#giveUp()
      return
    }
    // A table was changed under statements that were prepared before: the server knows them no more as they are.
    if (error.code === '0A000' || error.code === '26000') this.#statements.forgetAll()
    const first = this.#first
    if (first === undefined) return
    if (first.kind === 'commands') {
      first.failure ??= failure
      return
    }
    this.#passedOver = failure
    if (first.kind === 'sync') {
      if (first.held !== undefined) first.held.failure ??= failure
      return
    }
    this.#shift()
    const sync = first.next
    if (first.settlesAtSync && sync?.kind === 'sync') {
      first.failure = failure
      this.#forgetIfUnknown(first)
      sync.held = first
    } else this.#drop(first, failure)
  }

  #drop(exchange: Exchange, failure: Error): void {
    this.#forgetIfUnknown(exchange)
    fail(exchange, failure)
  }

  /** A statement that was passed over before it was described may be unknown to the server. */
  #forgetIfUnknown({ introduces }: Exchange): void {
    if (introduces !== undefined && introduces.columns === undefined) this.#statements.forget(introduces)
  }

  #shift(): Exchange | undefined {
    const exchange = this.#first
    if (exchange === undefined) return undefined
    this.#first = exchange.next
    if (this.#first === undefined) this.#last = undefined
    this.waitingFor -= 1
    return exchange
  }

  #wake(): void {
    const waiting = this.#whenSettled
    this.#whenSettled = []
    for (const resolve of waiting) resolve()
  }
}

function takeRow(exchange: Exchange, bytes: Buffer, from: number): void {
  if (exchange.failure !== undefined) return
  const columns = exchange.columns ?? exchange.prepared?.columns
  try {
    if (columns) exchange.rows.push(columns.row(bytes, from, exchange.asked))
  } catch (error) {
    exchange.failure = failureOf(error)
  }
}

/** Of several commands the last one's answer is given. */
function startNextCommand(exchange: Exchange): void {
  exchange.completed = false
  exchange.rows = []
}

function fail(exchange: Exchange, failure: Error): void {
  exchange.failure ??= failure
  exchange.done()
}

/** The number at the end of a command's tag, e.g. `INSERT 0 5`; 0 where there is none. The tag ends with a zero byte. */
function rowCountIn(bytes: Buffer, from: number, to: number): number {
  let count = 0
  let factor = 1
  for (let offset = to - 2; offset > from; offset -= 1) {
    const digit = (bytes[offset] ?? 0) - 0x30
    if (digit < 0 || digit > 9) break
    count += digit * factor
    factor *= 10
  }
  return count
}
