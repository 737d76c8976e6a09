import type { AnyContract, NewEvent, Timestamp } from '@samspill/contracts'
import type { Log } from '@samspill/telemetry'

/** A service that polls an outside register and publishes what changed. */
export interface FeedDefinition {
  readonly kind: 'feed'
  readonly name: string
  readonly agency: string
  readonly publishes: readonly AnyContract[]
  /** Milliseconds between polls, when the register had nothing more. */
  readonly every: number
  readonly poll: Poll
}

/** What a poll works with. */
export interface PollContext {
  /** Where the last committed poll ended; undefined at the very first. */
  readonly cursor: string | undefined
  /** Aborts when the feed stops. */
  readonly signal: AbortSignal
  readonly log: Log
  now(): Timestamp
}

/** What a poll found. */
export interface Polled<Announced extends string = string> {
  /** In the order in which they happened. */
  readonly events: readonly NewEvent<Announced>[]
  /** Where the next poll goes on; committed together with the events. */
  readonly cursor: string
  /** True: poll again at once. */
  readonly more: boolean
}

type Poll<Announced extends string = string> = (context: PollContext) => Promise<Polled<Announced> | 'nothing-new'>

/**
 * Defines a feed. `poll` asks the register outside of any transaction; its events and the new cursor commit together,
 * so that nothing is published twice or skipped, also when two processes run the feed.
 */
export function defineFeed<Published extends AnyContract>(definition: {
  readonly name: string
  readonly agency: string
  readonly publishes: readonly Published[]
  readonly every: number
  readonly poll: Poll<NoInfer<Published>['type']>
}): FeedDefinition {
  return { ...definition, kind: 'feed' }
}
