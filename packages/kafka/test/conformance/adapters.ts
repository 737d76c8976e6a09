import { connectKafka, type ConnectOptions, type KafkaClient, type KafkaConnection } from '../../src/index.ts'
import { keptLog, testBrokers } from '../broker.ts'

/** An adapter that has to keep what the seam promises. */
export interface Adapter {
  readonly name: KafkaClient
  /** Connects to the broker of the test stack, unless the options say otherwise. */
  connect(options?: Partial<ConnectOptions>): KafkaConnection
}

/** All adapters: each conformance test runs for every one of them. */
export const adapters: readonly Adapter[] = (['kafkajs', 'platformatic'] as const).map((name) => ({
  name,
  connect: (options) =>
    connectKafka(name, { brokers: testBrokers(), clientId: `${name}-tests`, log: keptLog(), ...options }),
}))
