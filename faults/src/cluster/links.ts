import type { BrokerChoice } from '@samspill/local'
import { openLink, type Link } from '../network/link.ts'
import type { NetworkPair } from '../plan/fault-kinds.ts'

/** The links of a cluster: every connection between two of its parts goes through one. */
export interface Links extends AsyncDisposable {
  /** What brokers and controller are to say where they are. */
  readonly advertised: NonNullable<BrokerChoice['advertised']>
  readonly ports: { readonly servicesPostgres: number; readonly publisherPostgres: number; readonly registry: number }
  /** Says where the parts listen, as soon as that is known. */
  lead(targets: LinkTargets): void
  /** The link between two; where there are several of a kind, `victim` chooses. */
  between(pair: NetworkPair, victim: number): Link
}

/** The ports that the parts themselves listen on. */
export interface LinkTargets {
  readonly brokers: readonly { readonly part: string; readonly clients: number; readonly brokers: number }[]
  readonly controller: number
  readonly postgres: number
  readonly registry: number
}

const brokers = ['kafka-1', 'kafka-2', 'kafka-3']

/** Opens all links of a cluster of three brokers. */
export async function openLinks(controllerPart: string): Promise<Links> {
  await using opened = new AsyncDisposableStack()
  let targets: LinkTargets | undefined
  const open = async (port: (of: LinkTargets) => number | undefined): Promise<Link> =>
    opened.use(await openLink(() => (targets && port(targets)) ?? 0))
  const doorsOf = (part: string): Promise<[Link, Link]> =>
    Promise.all([
      open((of) => of.brokers.find((broker) => broker.part === part)?.clients),
      open((of) => of.brokers.find((broker) => broker.part === part)?.brokers),
    ])
  const doors = await Promise.all(brokers.map(doorsOf))
  const controller = await open((of) => of.controller)
  const servicesPostgres = await open((of) => of.postgres)
  const publisherPostgres = await open((of) => of.postgres)
  const registry = await open((of) => of.registry)
  const owned = opened.move()
  return {
    advertised: {
      ...Object.fromEntries(
        brokers.map((part, index) => [
          part,
          { clients: doors[index]?.[0].port ?? 0, brokers: doors[index]?.[1].port ?? 0 },
        ]),
      ),
      [controllerPart]: { brokers: controller.port },
    },
    ports: {
      servicesPostgres: servicesPostgres.port,
      publisherPostgres: publisherPostgres.port,
      registry: registry.port,
    },
    lead(found) {
      targets = found
    },
    between(pair, victim) {
      const [clients, others] = doors[victim % doors.length] ?? [controller, controller]
      switch (pair) {
        case 'clients-broker':
          return clients
        case 'broker-brokers':
          return others
        case 'brokers-controller':
          return controller
        case 'services-postgres':
          return servicesPostgres
        case 'publisher-postgres':
          return publisherPostgres
        case 'services-registry':
          return registry
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
