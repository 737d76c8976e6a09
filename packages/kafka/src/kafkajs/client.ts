import { Kafka, logLevel, type ISocketFactory, type KafkaConfig } from 'kafkajs'
import type { ClientOptions } from '../client-options.ts'
import { logCreatorFor } from './log.ts'
import { restRequestQueues } from './request-queue.ts'

/** Makes a kafkajs client. Each role has its own: clients of one kafkajs object share offsets in ways that mislead. */
export function kafkajsClient(options: ClientOptions, socketFactory?: ISocketFactory): Kafka {
  restRequestQueues()
  const config: KafkaConfig = {
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: options.connectionTimeoutMilliseconds ?? 3000,
    requestTimeout: options.requestTimeoutMilliseconds ?? 15_000,
    logLevel: logLevel.INFO,
    logCreator: logCreatorFor(options.log),
    retry: { initialRetryTime: 100, maxRetryTime: 1000, retries: 2 },
    ...(socketFactory ? { socketFactory } : {}),
  }
  return new Kafka(config)
}
