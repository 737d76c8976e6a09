import { randomBytes } from 'node:crypto'
import { keySecret, type EventContract, type KeySecret } from '@samspill/contracts'
import { connectTestHub, describeStream, throwAwayAgency, type ThrowAwayOptions } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'

/** An event that says when it was due. */
export interface DueEvent {
  readonly subject: string
  /** Microseconds since 1970. */
  readonly dueAt: number
  readonly reason: string
}

/** What the processes of one round must agree on. */
export interface LatencyRun {
  readonly agency: string
  /** base64url. */
  readonly secret: string
}

/** A stream of one round's own, so that nobody reads what an earlier round left. */
export async function createLatencyRun(stage: BenchStage): Promise<LatencyRun> {
  const agency = throwAwayAgency()
  await using hub = await connectTestHub({ ...process.env, SAMSPILL_STACK: stage.stack })
  await hub.createStream(optionsOf(agency))
  return { agency, secret: randomBytes(32).toString('base64url') }
}

export function latencyStream({ agency, secret }: LatencyRun): {
  readonly contract: EventContract<string, DueEvent>
  readonly secret: KeySecret
} {
  return { contract: describeStream(optionsOf(agency)).contract('Due'), secret: keySecret(agency, secret) }
}

/** An event of one of 20,000 people, about 250 bytes as Avro. */
export function dueEvent(number: number, dueAt: number): DueEvent {
  return { subject: String(10_000_000_000 + (number % 20_000) * 7), dueAt, reason }
}

const reason = ''.padEnd(225, '.')

function optionsOf(agency: string): ThrowAwayOptions {
  const types = {
    Due: [
      { name: 'dueAt', type: 'long' },
      { name: 'reason', type: 'string' },
    ],
  }
  return { agency, name: 'due', types }
}
