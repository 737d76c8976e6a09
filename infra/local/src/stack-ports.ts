import { HubError } from '@samspill/contracts'
import { freePorts, requireFreePort } from './machine/ports.ts'

/** The ports of a stack's parts. */
export interface StackPorts {
  readonly postgres: number
  readonly kafka: number
  readonly kafkaController: number
  readonly registry: number
  readonly jaeger: number
  readonly otlp: number
}

const usualPorts: StackPorts = {
  postgres: 15_432,
  kafka: 19_092,
  kafkaController: 19_093,
  registry: 18_081,
  jaeger: 16_686,
  otlp: 14_318,
}

const variables: Readonly<Record<keyof StackPorts, string>> = {
  postgres: 'SAMSPILL_PORT_POSTGRES',
  kafka: 'SAMSPILL_PORT_KAFKA',
  kafkaController: 'SAMSPILL_PORT_KAFKA_CONTROLLER',
  registry: 'SAMSPILL_PORT_REGISTRY',
  jaeger: 'SAMSPILL_PORT_JAEGER',
  otlp: 'SAMSPILL_PORT_OTLP',
}

const usualServicePorts: Readonly<Record<string, number>> = { ingress: 18_080, 'layoff-notices': 18_082 }
const otherServicePorts = 18_090

/** `usual`: the same ports each time; `free`: whatever nobody uses, so that several stacks run side by side. */
export type PortChoice = 'usual' | 'free'

/** Refuses a `SAMSPILL_PORT_…` that names no part and no service: a typing error would else choose nothing. */
export function refuseUnknownPortVariables(environment: NodeJS.ProcessEnv, services: readonly string[]): void {
  const known = [...Object.values(variables), ...services.map(variableOf)]
  const unknown = Object.keys(environment).find((name) => name.startsWith('SAMSPILL_PORT_') && !known.includes(name))
  if (unknown === undefined) return
  throw new HubError(
    'port-invalid',
    `${unknown} names no part and no service: take it out, or write one of ${known.toSorted().join(', ')}`,
  )
}

/** Chooses the parts' ports and sees that they are free. Throws `port-taken`, `port-invalid`. */
export async function choosePorts(choice: PortChoice, environment: NodeJS.ProcessEnv): Promise<StackPorts> {
  const names = Object.keys(usualPorts) as (keyof StackPorts)[]
  if (choice === 'free') {
    const free = await freePorts(names.length)
    return Object.fromEntries(names.map((name, index) => [name, free[index]])) as unknown as StackPorts
  }
  const ports = Object.fromEntries(
    names.map((name) => [name, portOf(environment, variables[name], usualPorts[name])]),
  ) as unknown as StackPorts
  for (const name of names) await requireFreePort(name, ports[name], variables[name])
  return ports
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
