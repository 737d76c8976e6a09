import { keyVariable, type Secrets } from '../secrets.ts'
import { addressesOf, type BrokerPlace } from '../brokers/broker-places.ts'
import type { StackPorts } from '../stack-ports.ts'

/** What services and tests are told of the stack: the variables that packages/config reads. */
export function stackEnvironment(
  ports: StackPorts,
  brokers: readonly BrokerPlace[],
  secrets: Secrets,
  withTraces: boolean,
): Readonly<Record<string, string>> {
  const keys = Object.entries(secrets.keys).map(([agency, secret]) => [keyVariable(agency), secret])
  return {
    SAMSPILL_KAFKA: addressesOf(brokers),
    SAMSPILL_REGISTRY: `http://127.0.0.1:${ports.registry}/apis/ccompat/v7`,
    SAMSPILL_DATABASE: `postgres://samspill:${secrets.databasePassword}@127.0.0.1:${ports.postgres}/samspill`,
    ...(withTraces ? { SAMSPILL_OTLP: `http://127.0.0.1:${ports.otlp}` } : {}),
    ...Object.fromEntries(keys),
  }
}
