import type { KafkaLog } from './log.ts'

/** How to reach the brokers. */
export interface ClientOptions {
  readonly brokers: readonly string[]
  readonly clientId: string
  readonly log: KafkaLog
  /** Default 3 s. */
  readonly connectionTimeoutMilliseconds?: number
  /** How long a broker may take for an answer. Default 15 s. */
  readonly requestTimeoutMilliseconds?: number
}
