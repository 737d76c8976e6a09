import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, logLevel } from 'kafkajs'

/** A Kafka client as anybody has it, which knows nothing of the hub: kafkajs and Confluent's registry client. */
export interface StockClient {
  readonly kafka: Kafka
  readonly registry: SchemaRegistry
}

/** Makes a stock client; it connects when it is used. */
export function stockClient(
  at: { readonly brokers: readonly string[]; readonly registryUrl: string },
  clientId: string,
): StockClient {
  return {
    kafka: new Kafka({ clientId, brokers: [...at.brokers], logLevel: logLevel.NOTHING }),
    registry: new SchemaRegistry({ host: at.registryUrl }),
  }
}
