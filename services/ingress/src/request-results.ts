import type { EventResult } from './event-result.ts'
import type { Measurements } from './measurements.ts'

/** What becomes of the events of one request, told in any order. */
export class RequestResults {
  /** All of them, in the order of the events. */
  readonly all: Promise<readonly EventResult[]>
  readonly #results: EventResult[]
  readonly #measurements: Measurements
  #left: number
  #resolve: ((results: readonly EventResult[]) => void) | undefined

  constructor(count: number, measurements: Measurements) {
    this.#results = Array.from({ length: count })
    this.#left = count
    this.#measurements = measurements
    this.all = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  /** Tells of the event at an index, once; `eventType` is undefined where it names none that is known. */
  tell(index: number, result: EventResult, eventType: string | undefined): void {
    this.#results[index] = result
    this.#measurements.event(result, eventType)
    this.#left -= 1
    if (this.#left === 0) this.#resolve?.(this.#results)
  }
}
