import type { ConnectOptions, KafkaConnection } from './connection.ts'

/** The Kafka clients that stand behind the seam. */
export type KafkaClient = 'kafkajs' | 'platformatic'

/**
 * Makes a connection over the client that is asked for. Nothing is opened before it is used, and the other client is
 * not even loaded: each takes tens of megabytes.
 */
export async function connectKafka(client: KafkaClient, options: ConnectOptions): Promise<KafkaConnection> {
  switch (client) {
    case 'kafkajs': {
      const { connectKafkajs } = await import('./kafkajs/connect.ts')
      return connectKafkajs(options)
    }
    case 'platformatic': {
      const { connectPlatformatic } = await import('./platformatic/connect.ts')
      return connectPlatformatic(options)
    }
  }
}
