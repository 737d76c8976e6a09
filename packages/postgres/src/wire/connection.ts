import type { Socket } from 'node:net'
import type pg from 'pg'
import { failureOf } from '../failure.ts'
import { Answers } from './answers.ts'
import { Exchange, type CommandAnswer, type Settle } from './exchange.ts'
import { MessageReader } from './message-reader.ts'
import { MessageWriter } from './message-writer.ts'
import { PreparedStatements } from './prepared-statements.ts'

/** What is written goes out at the latest when it is this long, so that the server works while we still write. */
const chunkBytes = 32 * 1024

/**
 * A connection that `pg` has opened, and that speaks the extended query protocol in its own way from then on: what is
 * issued in one turn of the event loop goes out together and ends with one Sync, so that the server neither waits nor
 * answers between statements. `pg` asks for an answer to each statement by itself.
 */
export class Connection {
  readonly #stream: Socket
  readonly #writer = new MessageWriter()
  readonly #statements = new PreparedStatements()
  readonly #answers: Answers
  #watch: NodeJS.Timeout
  /** Statements are written after which no Sync stands yet. */
  #open = false
  #turnEnds = false

  /** Takes over the socket of a client that is connected and idle; the client must run nothing by itself any more. */
  constructor(client: pg.ClientBase, settings: { types: pg.CustomTypesConfig; answerMilliseconds: number }) {
    this.#stream = socketOf(client)
    this.#answers = new Answers(settings.types, this.#statements, () => this.#stream.destroy())
    const reader = new MessageReader((code, bytes, from, to) => this.#answers.take(code, bytes, from, to))
    this.#stream.removeAllListeners('data')
    this.#stream.on('data', (chunk: Buffer) => {
      this.#watch.refresh()
      reader.read(chunk)
    })
    client.on('error', (error) => this.#answers.lose(failureOf(error)))
    client.on('end', () => {
      this.#answers.lose(failureOf(new Error('connection terminated')))
      clearTimeout(this.#watch)
    })
    this.#watch = this.#startWatch(settings.answerMilliseconds)
  }

  /** Why the connection is gone, where it is. */
  get lost(): Error | undefined {
    return this.#answers.lost
  }

  /** `I` outside of a transaction, `T` inside of one, `E` inside of a failed one; as of the last Sync. */
  get status(): 'I' | 'T' | 'E' {
    return this.#answers.status
  }

  /** Calls back for each notification of a channel that the connection listens to. */
  onNotification(listener: () => void): void {
    this.#answers.notified = listener
  }

  /** How long the server may be silent while something is asked of it; then the connection is given up. */
  waitAtMost(milliseconds: number): void {
    clearTimeout(this.#watch)
    this.#watch = this.#startWatch(milliseconds)
  }

  /** Writes a statement of the open transaction; it goes out with all others of this turn. */
  issue(text: string, values: readonly unknown[] | undefined, settle: Settle): void {
    if (!this.#write(text, values, settle)) return
    if (this.#writer.length >= chunkBytes) this.#send()
    if (this.#turnEnds) return
    this.#turnEnds = true
    setImmediate(() => this.#endTurn())
  }

  /** Runs a statement that is a transaction of its own, or one that begins or ends a transaction. */
  async run(text: string, values?: readonly unknown[]): Promise<CommandAnswer> {
    return await new Promise((resolve, reject) => {
      const settle: Settle = (failure, answer) => {
        if (failure === undefined) resolve(answer)
        else reject(failure instanceof Error ? failure : failureOf(failure))
      }
      if (this.#write(text, values, settle, true)) this.#endTurn()
    })
  }

  /** Resolves when everything that was written has its answer. */
  async settled(): Promise<void> {
    await this.#answers.settled()
  }

  /** False where the statement was not written, since the connection is gone or a value cannot be written. */
  #write(text: string, values: readonly unknown[] | undefined, settle: Settle, settlesAtSync = false): boolean {
    if (this.#answers.lost !== undefined) {
      settle(this.#answers.lost, nothing)
      return false
    }
    if (this.#answers.waitingFor === 0) this.#watch.refresh()
    if ((values === undefined || values.length === 0) && holdsSeveralCommands(text)) {
      this.#writeCommands(text, settle)
      return true
    }
    const before = this.#writer.length
    const exchange = new Exchange('statement', settle)
    exchange.settlesAtSync = settlesAtSync
    try {
      this.#writeStatement(text, values ?? [], exchange)
    } catch (error) {
      this.#writer.rewind(before)
      if (exchange.introduces !== undefined) this.#statements.forget(exchange.introduces)
      settle(failureOf(error), nothing)
      return false
    }
    this.#answers.expect(exchange)
    this.#open = true
    return true
  }

  #writeStatement(text: string, values: readonly unknown[], exchange: Exchange): void {
    const writer = this.#writer
    // What has no values may be anything, also a change of tables: only what has some is surely worth a name.
    const known = values.length === 0 ? undefined : this.#statements.of(text)
    const prepared = known ?? (values.length === 0 ? undefined : this.#statements.add(text))
    exchange.prepared = prepared
    const name = prepared?.name ?? ''
    if (known === undefined) writer.parse(name, text)
    if (prepared !== undefined && known === undefined) {
      exchange.introduces = prepared
      writer.describe('statement', name)
    }
    const formats = prepared?.columns?.formats
    exchange.asked = formats !== undefined
    exchange.columns = prepared?.columns ?? undefined
    writer.bind(name, values, formats)
    if (prepared === undefined) writer.describe('portal', '')
    writer.execute()
  }

  /** Several commands in one text are only taken in the simple protocol, which brings a Sync of its own. */
  #writeCommands(text: string, settle: Settle): void {
    this.#sync()
    this.#writer.query(text)
    this.#answers.expect(new Exchange('commands', settle))
  }

  #endTurn(): void {
    this.#turnEnds = false
    this.#sync()
    this.#send()
  }

  #sync(): void {
    if (!this.#open) return
    this.#writer.sync()
    this.#answers.expect(new Exchange('sync', () => undefined))
    this.#open = false
  }

  #send(): void {
    if (this.#writer.length === 0) return
    const bytes = this.#writer.take()
    if (this.#stream.writable) this.#stream.write(bytes)
    // Nothing is left where the system has taken all of it at once.
    if (this.#stream.writableLength === 0) this.#writer.reuse(bytes)
  }

  #startWatch(milliseconds: number): NodeJS.Timeout {
    return setTimeout(() => {
      if (this.#answers.waitingFor === 0) return
      this.#answers.lose(failureOf(new Error('Query read timeout')))
      this.#stream.destroy()
    }, milliseconds).unref()
  }
}

const nothing: CommandAnswer = { rows: [], rowCount: 0, command: '' }

function holdsSeveralCommands(text: string): boolean {
  return /;\s*\S/.test(text)
}

function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as pg.Client).connection.stream as Socket
}
