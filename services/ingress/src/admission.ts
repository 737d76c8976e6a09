import { tooManyInFlight } from './event-publisher.ts'

/** Keeps what is in hand at once within bounds: a room with so many seats. */
export interface Admission {
  /** Takes seats, to be given back by `release`. Throws HttpProblem 503 `too-many-in-flight` where there are too few. */
  admit(count: number): void
  release(count: number): void
  readonly taken: number
}

/** Makes a room with `most` seats. */
export function createAdmission(most: number): Admission {
  let taken = 0
  return {
    get taken() {
      return taken
    },
    admit(count) {
      if (taken + count > most) throw tooManyInFlight()
      taken += count
    },
    release(count) {
      taken -= count
    },
  }
}
