import type { LaneEntry } from './lane-entry.ts'

/** Node's timers hold no more than this many milliseconds; a wait that long is as good as for ever. */
const longestTimer = 2 ** 31 - 1

/** The deadlines of the records in the lanes: those of one millisecond share a timer, since a timer for each costs much. */
export class Deadlines {
  readonly #buckets = new Map<number, DeadlineBucket>()
  readonly #now: () => number
  readonly #passed: (entry: LaneEntry) => void

  constructor(now: () => number, passed: (entry: LaneEntry) => void) {
    this.#now = now
    this.#passed = passed
  }

  /** Calls `passed` for the entry when its deadline has passed, unless it has been answered before. */
  watch(entry: LaneEntry, deadline: number): void {
    const known = this.#buckets.get(deadline)
    const bucket = known ?? new DeadlineBucket(() => this.#buckets.delete(deadline))
    if (known === undefined) {
      this.#buckets.set(deadline, bucket)
      bucket.timer = setTimeout(() => this.#end(bucket), Math.min(deadline - this.#now(), longestTimer))
    }
    bucket.add(entry)
  }

  #end(bucket: DeadlineBucket): void {
    for (const entry of bucket.entries) if (!entry.answered) this.#passed(entry)
  }
}

/** The entries of one deadline. It ends when each is answered. */
export class DeadlineBucket {
  readonly entries: LaneEntry[] = []
  timer: NodeJS.Timeout | undefined
  #waiting = 0
  readonly #ended: () => void

  constructor(ended: () => void) {
    this.#ended = ended
  }

  add(entry: LaneEntry): void {
    this.entries.push(entry)
    this.#waiting += 1
    entry.bucket = this
  }

  /** To be called once for each entry that is answered. */
  answered(): void {
    this.#waiting -= 1
    if (this.#waiting > 0) return
    clearTimeout(this.timer)
    this.#ended()
  }
}
