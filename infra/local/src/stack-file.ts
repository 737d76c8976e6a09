import { existsSync, readFileSync } from 'node:fs'
import type { BrokerPlace } from './brokers/broker-places.ts'
import type { PartStatus } from './parts/part.ts'
import type { ProcessIdentity } from './machine/process-identity.ts'
import { writeFileWhole } from './machine/write-file-whole.ts'

/** What is known of a stack outside its keeper: `.samspill/<stack>/stack.json`, readable for its owner only. */
export interface StackFile {
  readonly name: string
  readonly keeper: ProcessIdentity
  /** The keeper's control channel. */
  readonly socket: string
  readonly parts: readonly RecordedPart[]
  /** Where each broker lies and listens; a stack keeps the number of its brokers. */
  readonly brokers: readonly BrokerPlace[]
  /** What services and tests need to reach the stack. */
  readonly environment: Readonly<Record<string, string>>
  /** What the hub's registrar shows to write schemas; no service gets it. */
  readonly registrySecret: string
  /** Where traces are read; undefined where Jaeger could not be built. */
  readonly jaeger: string | undefined
  /** Where log files lie. */
  readonly logs: string
}

/** A part with what is needed to recognise its process later. */
export interface RecordedPart extends PartStatus {
  readonly startedAt: string | undefined
}

/** Reads what a keeper wrote; undefined where no stack was ever started. */
export function readStackFile(path: string): StackFile | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as StackFile) : undefined
}

/** Writes the whole file at once. */
export function writeStackFile(path: string, stack: StackFile): void {
  writeFileWhole(path, `${JSON.stringify(stack, null, 2)}\n`, 0o600)
}
