/** How the handling of an event is to fail: most never, one in a hundred in one of the other ways. */
export type Failing = 'never' | 'once' | 'several-times' | 'for-ever'

const attemptsThatFail: Readonly<Record<Failing, number>> = {
  never: 0,
  once: 1,
  'several-times': 3,
  'for-ever': Infinity,
}

/** Of 10,000 events, 2 fail for ever, 13 three times, and 85 once; told by the service and the event's id alone. */
export function failingOf(service: string, id: string): Failing {
  const lot = lotOf(`${service} ${id}`) % 10_000
  if (lot < 2) return 'for-ever'
  if (lot < 15) return 'several-times'
  return lot < 100 ? 'once' : 'never'
}

/** Counts the attempts of this process, and says which of them are to fail. */
export class Attempts {
  readonly #service: string
  readonly #counts = new Map<string, number>()

  constructor(service: string) {
    this.#service = service
  }

  /** How this attempt at an event is to fail; `never` where it is to succeed. */
  next(id: string): Failing {
    const failing = failingOf(this.#service, id)
    if (failing === 'never') return failing
    const attempt = (this.#counts.get(id) ?? 0) + 1
    this.#counts.set(id, attempt)
    return attempt <= attemptsThatFail[failing] ? failing : 'never'
  }
}

/** FNV-1a, with the bits mixed once more: neighbouring ids fall far apart. */
function lotOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
