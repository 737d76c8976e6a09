import type { AnyContract } from '@samspill/contracts'
import type { Migration } from '@samspill/postgres'
import type { Door, Routes } from './door.ts'
import type { Subscription } from './subscription.ts'

/** A program that subscribes, decides, writes its own state and publishes; it owns one Postgres schema. */
export interface ServiceDefinition {
  readonly kind: 'service'
  /** Kebab-case; names the consumer group, the Postgres schema and the trace's service. */
  readonly name: string
  /** The agency that runs the service, and that its events come from. */
  readonly agency: string
  readonly publishes: readonly AnyContract[]
  readonly subscriptions: readonly Subscription[]
  /** The service's own tables, numbered from 1; they run in its own schema. */
  readonly migrations: readonly Migration[]
  /** True: what each event led to is kept, so that a handler can ask for it by `resultOf`. */
  readonly keepsResults: boolean
  /** An HTTP door of the service's own, beside health and metrics. */
  readonly routes?: Routes
}

/**
 * Defines a service as plain data; nothing runs until `run`.
 * A handler that returns an event which is not in `publishes` does not compile.
 */
export function defineService<Published extends AnyContract = never>(definition: {
  readonly name: string
  readonly agency: string
  readonly publishes?: readonly Published[]
  readonly subscriptions?: readonly Subscription<NoInfer<Published>['type']>[]
  readonly migrations?: readonly Migration[]
  readonly keepsResults?: boolean
  readonly routes?: (door: Door<NoInfer<Published>['type']>) => ReturnType<Routes>
}): ServiceDefinition {
  return {
    kind: 'service',
    name: definition.name,
    agency: definition.agency,
    publishes: definition.publishes ?? [],
    subscriptions: definition.subscriptions ?? [],
    migrations: definition.migrations ?? [],
    keepsResults: definition.keepsResults ?? false,
    ...(definition.routes === undefined ? {} : { routes: definition.routes as Routes }),
  }
}
