/** What became of one subject's event in an attempt. */
export interface Outcome {
  /** Never leaves the process. */
  readonly subject: string
  readonly failed: boolean
}

/** Where a probe takes its events from: the stream's partitions, or what is parked of it. */
export type ProbeSource = 'partitions' | 'parked'

/** Subjects that are looked back at. */
const windowSubjects = 100
/** With fewer failing subjects, it is the events. */
const fewestFailing = 10
/** With so many looked at, it is enough that most of them fail. */
const fewestForShare = 20
const firstPauseMilliseconds = 1_000
const longestPauseMilliseconds = 30_000
/** What the probed events ask for holds for them; all others of the stream wait with them no longer than this. */
const longestAskedMilliseconds = 5 * 60_000

/**
 * Decides for one stream whether it is the service that fails, or its events: it opens when the latest ten subjects have
 * all failed, or most of the latest hundred. Only first attempts are looked at: subjects that fail again and again, while
 * nothing else comes, say nothing new. While it is open nothing is parked or counted; a few events are tried now and
 * then, and it closes when most of them succeed. Time and chance come from outside.
 */
export class Breaker {
  readonly #random: () => number
  /** The latest subjects, each once, and whether its latest event failed. */
  readonly #subjects = new Map<string, boolean>()
  readonly #probing = new Set<ProbeSource>()
  #openedAt: number | undefined
  #pause = 0
  #probeAt = 0

  constructor(random: () => number) {
    this.#random = random
  }

  get isOpen(): boolean {
    return this.#openedAt !== undefined
  }

  /** When it opened, in milliseconds since 1970. */
  get openedAt(): number | undefined {
    return this.#openedAt
  }

  /** Looks at what first attempts came to. True where it opens now. */
  observe(outcomes: readonly Outcome[], now: number): boolean {
    if (this.isOpen) return false
    for (const { subject, failed } of latestOutcomes(outcomes)) {
      this.#subjects.delete(subject)
      this.#subjects.set(subject, failed)
      if (this.#subjects.size > windowSubjects) this.#forgetOldest()
    }
    if (!outcomes.some(({ failed }) => failed) || !this.#mostFail()) return false
    this.open(now)
    return true
  }

  /** Opens it, e.g. as another process of the service has found that most subjects fail. */
  open(now: number): void {
    this.#openedAt ??= now
    this.#pause = firstPauseMilliseconds
    this.#probeAt = now + this.#withJitter(this.#pause)
  }

  close(): void {
    this.#openedAt = undefined
    this.#subjects.clear()
    this.#probing.clear()
  }

  /** True where it is time to probe. */
  isDue(now: number): boolean {
    return this.isOpen && now >= this.#probeAt
  }

  /** Takes the one probe of its kind that may go on at a time; whoever takes it tells what it came to, or gives it back. */
  takeProbe(source: ProbeSource, now: number): boolean {
    if (!this.isDue(now) || this.#probing.has(source)) return false
    this.#probing.add(source)
    return true
  }

  /** A probe that met nothing which could tell. */
  giveBack(source: ProbeSource): void {
    this.#probing.delete(source)
  }

  /** Most of a probe failed. The next comes after a longer pause, and not before `asked` milliseconds, at most five minutes. */
  probeFailed(source: ProbeSource, now: number, asked = 0): void {
    this.#probing.delete(source)
    if (!this.isDue(now)) return
    this.#pause = Math.min(longestPauseMilliseconds, this.#pause * 2)
    this.#probeAt = now + Math.max(Math.min(asked, longestAskedMilliseconds), this.#withJitter(this.#pause))
  }

  #mostFail(): boolean {
    const latest = [...this.#subjects.values()]
    const failing = latest.filter(Boolean).length
    if (failing < fewestFailing) return false
    return (
      latest.slice(-fewestFailing).every(Boolean) || (latest.length >= fewestForShare && failing * 2 > latest.length)
    )
  }

  #forgetOldest(): void {
    const oldest = this.#subjects.keys().next()
    if (!oldest.done) this.#subjects.delete(oldest.value)
  }

  /** Between half and the whole of it: processes do not probe together. */
  #withJitter(milliseconds: number): number {
    return Math.round(milliseconds * (0.5 + this.#random() / 2))
  }
}

/** The last outcome of each subject, in order: of more subjects than are remembered, only the last ones. */
function latestOutcomes(outcomes: readonly Outcome[]): readonly Outcome[] {
  if (outcomes.length <= windowSubjects) return outcomes
  const met = new Set<string>()
  const latest: Outcome[] = []
  for (let index = outcomes.length - 1; index >= 0 && latest.length < windowSubjects; index -= 1) {
    const outcome = outcomes[index]
    if (outcome === undefined || met.has(outcome.subject)) continue
    met.add(outcome.subject)
    latest.push(outcome)
  }
  return latest.reverse()
}
