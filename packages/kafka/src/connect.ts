import type { ConnectOptions, KafkaConnection } from './connection.ts'
import { connectKafkajs } from './kafkajs/connect.ts'
import { connectPlatformatic } from './platformatic/connect.ts'

/** The Kafka clients that stand behind the seam. */
export type KafkaClient = 'kafkajs' | 'platformatic'

/** Makes a connection over the client that is asked for. Nothing is opened before it is used. */
export function connectKafka(client: KafkaClient, options: ConnectOptions): KafkaConnection {
  switch (client) {
    case 'kafkajs':
      return connectKafkajs(options)
    case 'platformatic':
      return connectPlatformatic(options)
  }
}
