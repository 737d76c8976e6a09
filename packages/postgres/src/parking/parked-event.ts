import type { RecordHeaders } from '@samspill/contracts'

/** `waiting`: behind another of its key, or next and due. `retrying`: has failed, is tried again. `dead`: a person's turn. */
export type ParkedState = 'waiting' | 'retrying' | 'dead'

/** A record as it was read, and what is known of the event in it. */
export interface RecordToPark {
  /** The stream of the event type, also where it was read from a view. */
  readonly stream: string
  /** The record's key; empty where it has none. */
  readonly key: Buffer
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** Milliseconds since 1970. */
  readonly recordedAt: number
  readonly value: Buffer | null
  readonly headers: RecordHeaders
  /** What the bytes say of the event; undefined where they cannot be read. */
  readonly event: { readonly source: string; readonly id: string; readonly type: string } | undefined
  /** A record whose event stands in the inbox under the same digest has been handled: it is not parked. */
  readonly contentHash: string | undefined
}

/** What became of the latest attempt at an event. */
export interface ParkedFailure {
  /** Attempts that count. */
  readonly attempts: number
  /** The next attempt, in milliseconds since 1970; undefined: dead, no retry by itself. */
  readonly retryAt: number | undefined
  readonly code: string
  /** One sentence without personal data. */
  readonly reason: string
  /** When it failed, in milliseconds since 1970. */
  readonly failedAt: number
  /** The failed handling's span. */
  readonly traceparent: string | undefined
}

/** A parked record, ready to be handled again. */
export interface ParkedRecord extends Omit<RecordToPark, 'event' | 'contentHash'> {
  readonly id: bigint
  /** True for the first of its key: with it the others stand and fall. */
  readonly head: boolean
  readonly attempts: number
  /** When it failed last, in milliseconds since 1970. */
  readonly failedAt: number | undefined
  /** The failed handling's span. */
  readonly traceparent: string | undefined
}
