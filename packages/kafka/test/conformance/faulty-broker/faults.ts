import type { TopicPartition } from '../../../src/index.ts'

/** What goes wrong with one request. */
export type Wrong =
  /** The broker takes it, and the connection breaks before its answer arrives. */
  | { readonly kind: 'answer-lost-with-connection' }
  /** The broker takes it, and its answer never arrives. */
  | { readonly kind: 'answer-lost' }
  /** The connection breaks before the broker gets it. */
  | { readonly kind: 'request-lost-with-connection' }
  /** The broker's answer arrives late. */
  | { readonly kind: 'answer-late'; readonly milliseconds: number }
  /** The broker never gets it; a Produce request is refused with this error code. */
  | { readonly kind: 'refused'; readonly errorCode: number }
  /** The broker takes a Produce request, and the answer carries this error code all the same. */
  | { readonly kind: 'answer-changed'; readonly errorCode: number }

/** A fault that waits for the requests it is meant for. */
export interface Fault {
  readonly apiKey: number
  /** For Produce requests: only those for this partition. What is refused or changed is of this partition alone. */
  readonly partition?: TopicPartition
  readonly wrong: Wrong
  /** How many requests it hits. Default 1. */
  readonly times?: number
}

/** The faults that are still to come. */
export class Faults {
  #waiting: { readonly fault: Fault; left: number }[] = []
  /** What has gone wrong so far. */
  readonly done: Fault[] = []

  add(fault: Fault): void {
    this.#waiting.push({ fault, left: fault.times ?? 1 })
  }

  /**
   * The faults for a request, which are used up by that: the first that waits for any request of its kind, and the first
   * for each of its partitions.
   */
  next(apiKey: number, partitions: readonly TopicPartition[] = []): readonly Fault[] {
    const found: Fault[] = []
    for (const waiting of this.#waiting) {
      const { fault } = waiting
      if (fault.apiKey !== apiKey || !isMeant(fault.partition, partitions)) continue
      if (found.some((earlier) => sameTarget(earlier.partition, fault.partition))) continue
      waiting.left -= 1
      found.push(fault)
    }
    this.#waiting = this.#waiting.filter(({ left }) => left > 0)
    this.done.push(...found)
    return found
  }
}

function isMeant(meant: TopicPartition | undefined, partitions: readonly TopicPartition[]): boolean {
  return meant === undefined || partitions.some((partition) => sameTarget(meant, partition))
}

function sameTarget(one: TopicPartition | undefined, other: TopicPartition | undefined): boolean {
  return one?.topic === other?.topic && one?.partition === other?.partition
}
