import type { Prepared } from './exchange.ts'

/**
 * The statements that one connection has prepared, so that PostgreSQL parses each once. Only the first texts get a
 * name: a service that builds its texts anew each time must not fill the server's memory with what nobody repeats.
 */
export class PreparedStatements {
  readonly #byText = new Map<string, Prepared>()
  readonly #limit: number
  #names = 0

  constructor(limit = 500) {
    this.#limit = limit
  }

  of(text: string): Prepared | undefined {
    return this.#byText.get(text)
  }

  /** Gives the text a name that this connection never had before; undefined where it has given enough. */
  add(text: string): Prepared | undefined {
    if (this.#byText.size >= this.#limit) return undefined
    const prepared: Prepared = { name: `s${(this.#names += 1)}`, columns: undefined }
    this.#byText.set(text, prepared)
    return prepared
  }

  /** Forgets a statement that never came to the server, or that it does not take any more. */
  forget(prepared: Prepared): void {
    for (const [text, known] of this.#byText) {
      if (known === prepared) this.#byText.delete(text)
    }
  }

  /** After a change of tables all statements about them fail once; all are prepared anew instead. */
  forgetAll(): void {
    this.#byText.clear()
  }
}
