import { HubError } from '@samspill/contracts'
import { BoundedMap } from './bounded-map.ts'

/** How long "there is no such schema" is believed. */
const notFoundMilliseconds = 3_000

const lastingFailures: ReadonlySet<string> = new Set(['schema-unknown', 'schema-not-registered', 'schema-invalid'])

/** Ids come from outside: whoever sends random ones must not fill the memory. */
const mostFailures = 1_000

/** Answers by key: one lookup at a time for each, answers kept, "not found" kept for a moment, other failures not. */
export class Lookups<Key, Value> {
  readonly #answers = new Map<Key, Promise<Value>>()
  readonly #failures = new BoundedMap<Key, { readonly error: HubError; readonly until: number }>(mostFailures)
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  once(key: Key, look: () => Promise<Value>): Promise<Value> {
    const failure = this.#failures.get(key)
    if (failure !== undefined && this.#now() < failure.until) return Promise.reject(failure.error)
    const known = this.#answers.get(key)
    if (known !== undefined) return known
    const answer = look()
    this.#answers.set(key, answer)
    answer.catch((error: unknown) => {
      this.#answers.delete(key)
      if (error instanceof HubError && lastingFailures.has(error.code)) {
        this.#failures.set(key, { error, until: this.#now() + notFoundMilliseconds })
      }
    })
    return answer
  }
}
