import type { BaseOptions, ConnectionPool } from '@platformatic/kafka'
import type { ClientOptions } from '../client-options.ts'
import type { KafkaLog } from '../log.ts'

/** The options that every client object of @platformatic/kafka gets. It tries nothing again by itself: we do. */
export function clientOptions(
  options: ClientOptions,
): BaseOptions & { requestTimeout: number; connectTimeout: number } {
  return {
    clientId: options.clientId,
    bootstrapBrokers: [...options.brokers],
    connectTimeout: options.connectionTimeoutMilliseconds ?? 3000,
    requestTimeout: options.requestTimeoutMilliseconds ?? 15_000,
    retries: 0,
    autocreateTopics: false,
    metadataMaxAge: 60_000,
    maxInflights: 256,
  }
}

/** Listens for the errors of connections: whoever waits for an answer is told, and nobody listening ends the process. */
export function calmPool(pool: ConnectionPool, log: KafkaLog): void {
  pool.on('connecting', ({ connection }) => {
    connection.on('error', (error) => log.debug('a connection to a broker failed', { error }))
  })
}
