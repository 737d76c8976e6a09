import { HubError } from '@samspill/contracts'
import { freePorts, requireFreePort } from './machine/ports.ts'

/** The ports of a stack's parts. */
export interface StackPorts {
  readonly postgres: number
  /** One for each broker. */
  readonly kafka: readonly BrokerPorts[]
  readonly kafkaController: number
  readonly registry: number
  readonly jaeger: number
  readonly otlp: number
}

/** The doors of one broker. */
export interface BrokerPorts {
  readonly clients: number
  /** Where the other brokers come in; a broker alone does not open it. */
  readonly brokers: number
}

type PartPort = Exclude<keyof StackPorts, 'kafka'>

const usualPorts: Readonly<Record<PartPort, number>> = {
  postgres: 15_432,
  kafkaController: 19_093,
  registry: 18_081,
  jaeger: 16_686,
  otlp: 14_318,
}

const variables: Readonly<Record<PartPort, string>> = {
  postgres: 'SAMSPILL_PORT_POSTGRES',
  kafkaController: 'SAMSPILL_PORT_KAFKA_CONTROLLER',
  registry: 'SAMSPILL_PORT_REGISTRY',
  jaeger: 'SAMSPILL_PORT_JAEGER',
  otlp: 'SAMSPILL_PORT_OTLP',
}

const brokerDoors: readonly BrokerDoor[] = [
  { clients: ['SAMSPILL_PORT_KAFKA', 19_092], brokers: ['SAMSPILL_PORT_KAFKA_BROKERS', 19_096] },
  { clients: ['SAMSPILL_PORT_KAFKA_2', 19_094], brokers: ['SAMSPILL_PORT_KAFKA_2_BROKERS', 19_097] },
  { clients: ['SAMSPILL_PORT_KAFKA_3', 19_095], brokers: ['SAMSPILL_PORT_KAFKA_3_BROKERS', 19_098] },
]

/** The variable that chooses a port, and the port where it does not. */
type BrokerDoor = Readonly<Record<keyof BrokerPorts, readonly [variable: string, usual: number]>>

const usualServicePorts: Readonly<Record<string, number>> = { ingress: 18_080, 'layoff-notices': 18_082 }
const otherServicePorts = 18_090

/** `usual`: the same ports each time; `free`: whatever nobody uses, so that several stacks run side by side. */
export type PortChoice = 'usual' | 'free'

/** Refuses a `SAMSPILL_PORT_…` that names no part and no service: a typing error would else choose nothing. */
export function refuseUnknownPortVariables(environment: NodeJS.ProcessEnv, services: readonly string[]): void {
  const ofBrokers = brokerDoors.flatMap((door) => [door.clients[0], door.brokers[0]])
  const known = [...Object.values(variables), ...ofBrokers, ...services.map(variableOf)]
  const unknown = Object.keys(environment).find((name) => name.startsWith('SAMSPILL_PORT_') && !known.includes(name))
  if (unknown === undefined) return
  throw new HubError(
    'port-invalid',
    `${unknown} names no part and no service: take it out, or write one of ${known.toSorted().join(', ')}`,
  )
}

/** Chooses the parts' ports and sees that they are free. Throws `port-taken`, `port-invalid`. */
export async function choosePorts(
  choice: PortChoice,
  environment: NodeJS.ProcessEnv,
  brokers: number,
): Promise<StackPorts> {
  const names = Object.keys(usualPorts) as readonly PartPort[]
  const doors = brokerDoors.slice(0, brokers)
  const free = choice === 'free' ? [...(await freePorts(names.length + 2 * brokers))] : []
  const port = async (part: string, variable: string, usual: number): Promise<number> => {
    if (choice === 'free') return free.pop() ?? 0
    const chosen = portOf(environment, variable, usual)
    await requireFreePort(part, chosen, variable)
    return chosen
  }
  const kafka: BrokerPorts[] = []
  for (const door of doors) {
    const clients = await port('kafka', ...door.clients)
    kafka.push({ clients, brokers: brokers === 1 ? clients : await port('kafka', ...door.brokers) })
  }
  const parts: [PartPort, number][] = []
  for (const name of names) parts.push([name, await port(name, variables[name], usualPorts[name])])
  return { ...(Object.fromEntries(parts) as Record<PartPort, number>), kafka }
}

/** Chooses a port for each service, in the given order. Throws `port-taken`, `port-invalid`. */
export async function chooseServicePorts(
  services: readonly string[],
  choice: PortChoice,
  environment: NodeJS.ProcessEnv,
): Promise<readonly number[]> {
  if (choice === 'free') return await freePorts(services.length)
  let next = otherServicePorts
  const ports: number[] = []
  for (const service of services) {
    const variable = variableOf(service)
    const port = portOf(environment, variable, usualServicePorts[service] ?? next++)
    await requireFreePort(service, port, variable)
    ports.push(port)
  }
  return ports
}

function variableOf(service: string): string {
  return `SAMSPILL_PORT_${service.toUpperCase().replaceAll('-', '_')}`
}

function portOf(environment: NodeJS.ProcessEnv, variable: string, usual: number): number {
  const text = environment[variable]
  if (text === undefined || text === '') return usual
  const port = Number(text)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new HubError('port-invalid', `${variable} is no port: write a whole number from 1 to 65535`)
  }
  return port
}
