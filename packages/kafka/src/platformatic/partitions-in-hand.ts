import type { AssignedPartition } from '../group/assigned-partition.ts'

/** What a fetch has brought for one partition, while it is dealt with. */
export interface TakenPartition {
  readonly assigned: Pick<AssignedPartition, 'hold' | 'release'>
  readonly done: Promise<void>
}

/** The partitions of which something is being dealt with: each is left out of fetches until that has ended. */
export class PartitionsInHand {
  /** Since when, in the order in which they were taken. */
  readonly #since = new Map<TakenPartition, number>()

  /** How long the first of them has been in hand, in milliseconds; undefined where there is none. */
  get age(): number | undefined {
    const [first] = this.#since.values()
    return first === undefined ? undefined : performance.now() - first
  }

  /** Takes a partition until it is done. Settles then, as that did. */
  async hold(taken: TakenPartition): Promise<void> {
    this.#since.set(taken, performance.now())
    taken.assigned.hold('busy')
    try {
      await taken.done
    } finally {
      this.#since.delete(taken)
      taken.assigned.release('busy')
    }
  }
}
