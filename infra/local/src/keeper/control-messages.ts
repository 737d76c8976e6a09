import type { BrokerChoice } from '../brokers/broker-places.ts'
import type { PartStatus } from '../parts/part.ts'
import type { Progress } from '../progress.ts'
import type { StackFile } from '../stack-file.ts'

/** What can be asked of a keeper through its socket; one JSON line. */
export type ControlRequest =
  | { readonly ask: 'await-parts' }
  | { readonly ask: 'status' }
  | { readonly ask: 'start-services' }
  | { readonly ask: 'stop-part'; readonly name: string; readonly signal?: NodeJS.Signals }
  | { readonly ask: 'start-part'; readonly name: string }
  | { readonly ask: 'stop' }

/** What a keeper answers: any number of progress lines, then one answer or failure. */
export type ControlReply =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'answer'; readonly stack: StackFile; readonly parts: readonly PartStatus[] }
  | { readonly kind: 'failure'; readonly code: string; readonly message: string }

/** What a keeper tells the process that started it. */
export type KeeperMessage = { readonly kind: 'listening' } | Extract<ControlReply, { kind: 'failure' }>

/** How a keeper is started: the one argument of its program, as JSON. */
export interface KeeperOptions {
  readonly name: string
  readonly ports: 'usual' | 'free'
  readonly brokers: BrokerChoice
  /** Whether parts that die are started again. */
  readonly restart: boolean
  /** Whether nothing but Kafka is started. */
  readonly brokersOnly: boolean
}
