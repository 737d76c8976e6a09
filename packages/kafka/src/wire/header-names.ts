/** Names are few and always the same: more than so many are not remembered. */
const mostNames = 256

/** Header names as bytes, each made once. */
export class HeaderNames {
  readonly #known = new Map<string, Buffer>()

  bytesOf(name: string): Buffer {
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const made = Buffer.from(name)
    if (this.#known.size < mostNames) this.#known.set(name, made)
    return made
  }
}
