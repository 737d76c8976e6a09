import type { FoundDifference, LeftDifferences } from '@samspill/postgres'

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
  /** Differences of events that a later one has corrected since: they hold no longer, and are left alone. */
  readonly correctedSince: number
  /** The first differences, in the order of their causes. */
  readonly differences: LeftDifferences['first']
  /** True where the new tables have taken the place of the old. */
  readonly swapped: boolean
  /** Corrections that were sent. */
  readonly published: number
}

/** Counts what a rebuild finds, page by page. */
export class RebuildTally {
  readonly #handled: Record<string, number> = {}
  readonly #found = { changed: 0, missing: 0, unfounded: 0 }
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

  addDifferences(differences: readonly Pick<FoundDifference, 'kind'>[]): void {
    for (const { kind } of differences) this.#found[kind] += 1
  }

  get handled(): number {
    return Object.values(this.#handled).reduce((sum, count) => sum + count, this.#noLongerHandled)
  }

  /** The report in the end, where of the differences that were found these are left. */
  report(left: LeftDifferences, end: Pick<RebuildReport, 'dryRun' | 'swapped' | 'published'>): RebuildReport {
    const { first: differences, ...counts } = left
    const { changed, missing, unfounded } = this.#found
    return {
      handled: this.#handled,
      noLongerHandled: this.#noLongerHandled,
      same: this.#returned - changed - missing - this.#notComparable,
      ...counts,
      notComparable: this.#notComparable,
      correctedSince: changed + missing + unfounded - counts.changed - counts.missing - counts.unfounded,
      differences,
      ...end,
    }
  }
}
