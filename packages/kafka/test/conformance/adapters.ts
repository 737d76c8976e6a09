import type { ConnectOptions, KafkaClient, KafkaConnection } from '../../src/index.ts'
import { connectKafkajs } from '../../src/kafkajs/connect.ts'
import { connectPlatformatic } from '../../src/platformatic/connect.ts'
import { keptLog, testBrokers } from '../broker.ts'

/** An adapter that has to keep what the seam promises. */
export interface Adapter {
  readonly name: KafkaClient
  /** Connects to the broker of the test stack, unless the options say otherwise. */
  connect(options?: Partial<ConnectOptions>): KafkaConnection
}

const connectors = { kafkajs: connectKafkajs, platformatic: connectPlatformatic }

/** All adapters: each conformance test runs for every one of them. */
export const adapters: readonly Adapter[] = (['kafkajs', 'platformatic'] as const).map((name) => ({
  name,
  connect: (options) =>
    connectors[name]({ brokers: testBrokers(), clientId: `${name}-tests`, log: keptLog(), ...options }),
}))
