import type { Counted } from '../history/history-lines.ts'
import { seededRandom } from '../plan/seeded-random.ts'

/** An event and when it is due, in milliseconds after the start of the load. */
export interface Due extends Counted {
  readonly at: number
}

/**
 * The events of one publisher in the order of their times, evenly spread over the load: each is due at its own time,
 * however long those before it take. Subjects come by chance, and each one's numbers count up.
 */
export function scheduleOf(options: {
  /** The run's name. */
  readonly run: string
  readonly stream: string
  readonly source: string
  readonly events: number
  readonly subjects: number
  readonly milliseconds: number
  readonly seed: number
}): readonly Due[] {
  const { run, stream, source, events, subjects, milliseconds } = options
  const random = seededRandom(options.seed)
  const numbers = new Map<string, number>()
  return Array.from({ length: events }, (_, index) => {
    const subject = `${run}-${Math.floor(random() * subjects)}`
    const number = (numbers.get(subject) ?? 0) + 1
    numbers.set(subject, number)
    const id = `${stream}-${subject}-${number}`
    return { id, source, stream, series: stream, subject, number, at: Math.floor((index * milliseconds) / events) }
  })
}

/** Cuts a schedule into several that share no subject, so that each may be worked off in turn. */
export function sharesOf(schedule: readonly Due[], shares: number): readonly (readonly Due[])[] {
  return Array.from({ length: shares }, (_, share) =>
    schedule.filter(({ subject }) => Number(subject.slice(subject.lastIndexOf('-') + 1)) % shares === share),
  )
}

/** Gives out what is due, in order. */
export class DueQueue {
  readonly #schedule: readonly Due[]
  readonly #startedAt: number
  #next = 0

  /** `startedAt` is the load's start, milliseconds since 1970. */
  constructor(schedule: readonly Due[], startedAt: number) {
    this.#schedule = schedule
    this.#startedAt = startedAt
  }

  /** What is due by now and not taken yet, `most` at most. */
  take(most: number, now: number): readonly Due[] {
    const from = this.#next
    while (this.#next - from < most && (this.#schedule[this.#next]?.at ?? Infinity) <= now - this.#startedAt)
      this.#next += 1
    return this.#schedule.slice(from, this.#next)
  }

  /** Milliseconds until the next is due; undefined when there is none. */
  untilNext(now: number): number | undefined {
    const next = this.#schedule[this.#next]
    return next === undefined ? undefined : Math.max(0, this.#startedAt + next.at - now)
  }
}
