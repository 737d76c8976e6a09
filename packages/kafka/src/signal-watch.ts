import type { LaneEntry } from './lane-entry.ts'

/**
 * Watches signals, each with one listener for all its entries: a signal looks through its listeners for each that is
 * added, and a relay sends thousands of records under one.
 */
export class SignalWatch {
  readonly #watched = new WeakMap<AbortSignal, Set<LaneEntry>>()
  readonly #aborted: (entry: LaneEntry) => void

  constructor(aborted: (entry: LaneEntry) => void) {
    this.#aborted = aborted
  }

  /** Gives back how to stop watching. */
  watch(entry: LaneEntry, signal: AbortSignal): () => void {
    const entries = this.#watched.get(signal) ?? this.#listenTo(signal)
    entries.add(entry)
    return () => entries.delete(entry)
  }

  #listenTo(signal: AbortSignal): Set<LaneEntry> {
    const entries = new Set<LaneEntry>()
    this.#watched.set(signal, entries)
    const giveUp = (): void => {
      for (const entry of [...entries]) this.#aborted(entry)
    }
    signal.addEventListener('abort', giveUp, { once: true })
    return entries
  }
}
