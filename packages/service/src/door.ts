import type { NewEvent, Timestamp } from '@samspill/contracts'
import type { MethodHandlers } from '@samspill/http'
import type { Transaction } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'

/** What a service's own HTTP door works with. */
export interface Door<Announced extends string = string> {
  /**
   * Runs work in one transaction on the service's schema; what it publishes commits with it. Resolves when committed:
   * from then on the events go out, whatever happens. After a deadlock the work runs again, so it must do nothing
   * outside of the transaction. Throws HttpProblem 503 `database-unavailable`.
   */
  transaction<Result>(work: (transaction: Transaction, publish: Publish<Announced>) => Promise<Result>): Promise<Result>
  readonly log: Log
  now(): Timestamp
  newId(): string
}

/** Adds events to the transaction at hand: they go to the outbox when the work is done, and out when it has committed. */
export type Publish<Announced extends string = string> = (
  events: NewEvent<Announced> | readonly NewEvent<Announced>[],
) => void

/** The addresses of a service's own door: what each method of a path does. */
export type Routes = (door: Door) => Readonly<Record<string, DoorMethods>>

export type DoorMethods = MethodHandlers
