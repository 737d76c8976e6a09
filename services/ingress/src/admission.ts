import { tooManyInFlight } from './event-publisher.ts'

/** Keeps what is in hand at once within bounds: a room with so many seats. */
export interface Admission {
  /** Takes seats; disposing of the result gives them back. Throws HttpProblem 503 `too-many-in-flight` where there are too few. */
  admit(count: number): Disposable
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
      let held = count
      return {
        [Symbol.dispose]() {
          taken -= held
          held = 0
        },
      }
    },
  }
}
