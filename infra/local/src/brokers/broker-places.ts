import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { HubError } from '@samspill/contracts'
import type { StackLocations } from '../locations.ts'
import type { StackFile } from '../stack-file.ts'
import type { BrokerPorts } from '../stack-ports.ts'

/** How many brokers a stack may have: two would be one too few for two copies in step while one is away. */
export type BrokerCount = 1 | 3

/** What a stack's brokers are to be like; tests of faults put things between and below them. */
export interface BrokerChoice {
  /** Default: as many as the stack has, one for a new stack. */
  readonly count?: BrokerCount
  /** Where brokers keep their data, by the part's name (`kafka-2`): on a small disk, say. Remembered by the stack. */
  readonly folders?: Readonly<Record<string, string>>
  /**
   * The ports that brokers, and `kafka-controller`, tell clients and other brokers instead of those they listen on, by
   * the part's name: those of a proxy. What they listen on stands in stack.json before they start. Not remembered.
   */
  readonly advertised?: Readonly<Record<string, Partial<BrokerPorts>>>
}

/** Where one broker lies and how it is reached. */
export interface BrokerPlace {
  /** `kafka`, or `kafka-1` to `kafka-3`. */
  readonly part: string
  /** Its `node.id`. */
  readonly id: number
  /** Its settings, and its data in `storage`. */
  readonly folder: string
  readonly listens: BrokerPorts
  /** Other ports than `listens` where something stands between. */
  readonly advertised: BrokerPorts
}

/** Where the controller of three brokers lies; one broker is its own. */
export interface ControllerPlace {
  readonly folder: string
  readonly listens: number
  readonly advertised: number
}

/** The part that decides who leads, where there are three brokers. */
export const controllerPart = 'kafka-controller'

/** Tells whether a part is a broker. */
export function isBrokerPart(name: string): boolean {
  return /^kafka(-\d+)?$/.test(name)
}

/** How many brokers a stack gets. Throws `broker-count-fixed` where it has data on another number of them. */
export function decideBrokerCount(
  wanted: BrokerCount | undefined,
  locations: StackLocations,
  before: Partial<StackFile> | undefined,
): BrokerCount {
  const kept = before === undefined ? undefined : before.brokers?.length === 3 ? 3 : 1
  if (kept === undefined || wanted === undefined || wanted === kept) return wanted ?? kept ?? 1
  const folders = before?.brokers?.map(({ folder }) => folder) ?? [join(locations.folder, 'kafka')]
  if (folders.some((folder) => existsSync(storageOf(folder)))) throw brokerCountFixed(locations.name, kept, wanted)
  return wanted
}

/** The refusal of another number of brokers than a stack's data lies on. */
export function brokerCountFixed(stack: string, kept: number, wanted: number): HubError {
  return new HubError(
    'broker-count-fixed',
    `the stack "${stack}" keeps its events on ${kept === 1 ? 'one broker' : `${kept} brokers`} and cannot be given ${wanted}: ` +
      `remove its data with \`samspill --stack ${stack} reset\`, or start one beside it with \`samspill --stack <name> up --brokers ${wanted} --free-ports\``,
  )
}

/** Says where each broker lies. */
export function brokerPlaces(
  ports: readonly BrokerPorts[],
  choice: BrokerChoice,
  locations: StackLocations,
  before: Partial<StackFile> | undefined,
): readonly BrokerPlace[] {
  const kept = new Map(before?.brokers?.map(({ part, folder }) => [part, folder]))
  return ports.map((listens, index) => {
    const part = ports.length === 1 ? 'kafka' : `kafka-${index + 1}`
    const folder = resolve(choice.folders?.[part] ?? kept.get(part) ?? join(locations.folder, part))
    return { part, id: index + 1, folder, listens, advertised: { ...listens, ...choice.advertised?.[part] } }
  })
}

/** Says where the controller of three brokers lies. */
export function controllerPlace(listens: number, choice: BrokerChoice, locations: StackLocations): ControllerPlace {
  const advertised = choice.advertised?.[controllerPart]?.brokers ?? listens
  return { folder: join(locations.folder, controllerPart), listens, advertised }
}

/** The brokers as clients are told of them, `host:port` with commas between. */
export function addressesOf(brokers: readonly BrokerPlace[]): string {
  return brokers.map(({ advertised }) => `127.0.0.1:${advertised.clients}`).join(',')
}

/** The folder of a broker's log, made when it is formatted. */
export function storageOf(folder: string): string {
  return join(folder, 'storage')
}
