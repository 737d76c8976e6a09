/** The fetches that are under way, so that all of them can be given up at once. */
export class OpenFetches {
  readonly #givingUp = new Set<() => void>()

  get count(): number {
    return this.#givingUp.size
  }

  /** Settles as the fetch does, or when it is given up. */
  async wait(fetch: Promise<void>): Promise<void> {
    // One for each: a promise that outlives many races remembers every one of them.
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#givingUp.add(resolve)
    try {
      await Promise.race([fetch, promise])
    } finally {
      this.#givingUp.delete(resolve)
    }
  }

  giveUp(): void {
    for (const giveUp of this.#givingUp) giveUp()
  }
}
