/**
 * Gives each statement text a name, so that PostgreSQL parses it once per connection. Only the first texts get one: a
 * service that builds its texts anew each time must not fill the server's memory with statements nobody repeats.
 */
export class StatementNames {
  readonly #names = new Map<string, string>()
  readonly #limit: number

  constructor(limit = 500) {
    this.#limit = limit
  }

  nameOf(text: string): string | undefined {
    const known = this.#names.get(text)
    if (known !== undefined || this.#names.size >= this.#limit) return known
    const name = `s${this.#names.size + 1}`
    this.#names.set(text, name)
    return name
  }
}
