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
  /** For Produce requests: only those for this partition. */
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

  /** The fault for this request, if one waits for it; it is used up by that. */
  next(apiKey: number, partition?: TopicPartition): Wrong | undefined {
    const found = this.#waiting.find(({ fault }) => fault.apiKey === apiKey && isMeant(fault.partition, partition))
    if (found === undefined) return undefined
    found.left -= 1
    if (found.left === 0) this.#waiting = this.#waiting.filter((each) => each !== found)
    this.done.push(found.fault)
    return found.fault.wrong
  }
}

function isMeant(meant: TopicPartition | undefined, partition: TopicPartition | undefined): boolean {
  return meant === undefined || (meant.topic === partition?.topic && meant.partition === partition.partition)
}
