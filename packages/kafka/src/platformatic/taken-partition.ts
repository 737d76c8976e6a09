import type { AssignedPartition } from '../group/assigned-partition.ts'
import { endsWithin } from '../group/waiting.ts'

/** What a fetch has brought for one partition, while it is dealt with. */
export interface TakenPartition {
  readonly assigned: Pick<AssignedPartition, 'hold' | 'release'>
  readonly done: Promise<void>
  /** The broker had more than one fetch brings. */
  readonly isBehind: boolean
}

/** How long a batch may keep the next fetch waiting; a slower one lets the other partitions go on without it. */
const patienceMilliseconds = 200

/**
 * Waits until all that was fetched is dealt with, so that the next fetch is for all partitions at once; not long, and
 * only until a partition is done of which more is known to wait, as the broker answers the next fetch for it at once.
 * What is not done by then is left out of fetches until it is.
 */
export async function leaveOutWhatIsSlow(taken: readonly TakenPartition[]): Promise<void> {
  const slow = new Set(taken)
  const ends = taken.map(async (each) => {
    try {
      await each.done
    } finally {
      slow.delete(each)
      each.assigned.release('busy')
    }
  })
  const behind = ends.filter((_, index) => taken[index]?.isBehind)
  await endsWithin(Promise.race([Promise.all(ends), ...behind]), patienceMilliseconds)
  for (const { assigned } of slow) assigned.hold('busy')
}
