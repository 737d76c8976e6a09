import { HubError } from '@samspill/contracts'

/** How long "there is no such schema" is believed. */
const notFoundMilliseconds = 3_000

const lastingFailures: ReadonlySet<string> = new Set(['schema-unknown', 'schema-not-registered', 'schema-invalid'])

/** Answers by key: one lookup at a time for each, answers kept, "not found" kept for a moment, other failures not. */
export class Lookups<Key, Value> {
  readonly #answers = new Map<Key, { readonly answer: Promise<Value>; until: number }>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  once(key: Key, look: () => Promise<Value>): Promise<Value> {
    const known = this.#answers.get(key)
    if (known && this.#now() < known.until) return known.answer
    const entry = { answer: look(), until: Number.POSITIVE_INFINITY }
    this.#answers.set(key, entry)
    entry.answer.catch((error: unknown) => {
      const lasts = error instanceof HubError && lastingFailures.has(error.code)
      entry.until = lasts ? this.#now() + notFoundMilliseconds : 0
    })
    return entry.answer
  }
}
