import type { Difference } from './compare-results.ts'
import type { ReturnedResult } from './play-history.ts'
import type { SentResult } from './sent-events.ts'

/** What a rebuild found and did. Holds no keys and no values. */
export interface RebuildReport {
  readonly dryRun: boolean
  /** Events that were handled again, by type. */
  readonly handled: Readonly<Record<string, number>>
  /** Events that were handled once, of types that the service has no `on` for any more. */
  readonly noLongerHandled: number
  /** Returned events that are as they were sent. */
  readonly same: number
  readonly changed: number
  readonly missing: number
  readonly unfounded: number
  /** Returned events that may have been sent, before what their topics still hold. They are never sent again. */
  readonly notComparable: number
  /** The first differences, in the order of their causes. */
  readonly differences: readonly DifferenceReport[]
  /** True where the new tables have taken the place of the old. */
  readonly swapped: boolean
  /** Corrections that were sent. */
  readonly published: number
}

/** One event that differs. */
export interface DifferenceReport {
  readonly kind: Difference['kind']
  readonly type: string
  /** The id under which it was sent, or would be where it never was. */
  readonly eventId: string
  /** The event that it follows from. */
  readonly causationId: string | null
  /** The fields with another value. */
  readonly fields: readonly string[]
}

const mostListed = 1_000

/** Counts what a rebuild finds, page by page. */
export class RebuildTally {
  readonly #handled: Record<string, number> = {}
  readonly #differences: DifferenceReport[] = []
  readonly #counts = { changed: 0, missing: 0, unfounded: 0 }
  #noLongerHandled = 0
  #returned = 0
  #notComparable = 0

  /** Events of this page, by type, and how many of the page were passed over. */
  addHandled(types: readonly string[], passedOver: number): void {
    for (const type of types) this.#handled[type] = (this.#handled[type] ?? 0) + 1
    this.#noLongerHandled += passedOver
  }

  addReturned(count: number): void {
    this.#returned += count
  }

  addNotComparable(count: number): void {
    this.#notComparable += count
  }

  addDifference(difference: Difference<SentResult, ReturnedResult>): void {
    this.#counts[difference.kind] += 1
    if (this.#differences.length < mostListed) this.#differences.push(describe(difference))
  }

  get handled(): number {
    return Object.values(this.#handled).reduce((sum, count) => sum + count, this.#noLongerHandled)
  }

  report(end: { readonly dryRun: boolean; readonly swapped: boolean; readonly published: number }): RebuildReport {
    const { changed, missing, unfounded } = this.#counts
    return {
      dryRun: end.dryRun,
      handled: this.#handled,
      noLongerHandled: this.#noLongerHandled,
      same: this.#returned - changed - missing - this.#notComparable,
      changed,
      missing,
      unfounded,
      notComparable: this.#notComparable,
      differences: this.#differences,
      swapped: end.swapped,
      published: end.published,
    }
  }
}

function describe(difference: Difference<SentResult, ReturnedResult>): DifferenceReport {
  const { envelope } = difference.kind === 'missing' ? difference.now : difference.before
  return {
    kind: difference.kind,
    type: envelope.type,
    eventId: envelope.id,
    causationId: envelope.causationId ?? null,
    fields: difference.kind === 'changed' ? difference.fields : [],
  }
}
