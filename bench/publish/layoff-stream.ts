import { keySecret, type EventContract, type KeySecret } from '@samspill/contracts'
import { connectTestHub, describeStream, throwAwayAgency, type ThrowAwayOptions } from '@samspill/testing'
import { randomBytes } from 'node:crypto'
import type { BenchStage } from '../harness/bench-stage.ts'

/** What the bench publishes: about 250 bytes as Avro. */
export interface Layoff {
  readonly subject: string
  readonly employer: string
  readonly percent: number
  readonly from: string
  readonly reason: string
}

/** The stream of one run, and the secret of its keys. */
export interface LayoffStream {
  readonly contract: EventContract<string, Layoff>
  readonly secret: KeySecret
}

interface Prepared {
  readonly agency: string
  readonly secret: string
}

/** Makes the stream that all contenders write to. */
export async function preparePublishing(): Promise<Prepared> {
  await using hub = await connectTestHub()
  const agency = throwAwayAgency()
  await hub.createStream(optionsOf(agency))
  return { agency, secret: randomBytes(32).toString('base64url') }
}

/** The stream that `preparePublishing` made, in a contender's process. */
export function layoffStream({ prepared }: BenchStage): LayoffStream {
  const { agency, secret } = prepared as Prepared
  return { contract: describeStream(optionsOf(agency)).contract('Layoff'), secret: keySecret(agency, secret) }
}

/** One of 20,000 people's layoffs, as an agency's program would hold it. */
export function layoff(number: number): Layoff {
  return {
    subject: String(10_000_000_000 + (number % 20_000) * 7),
    employer: String(900_000_000 + (number % 977)),
    percent: 40 + (number % 61),
    from: '2026-11-23',
    reason: reasons[number % reasons.length] ?? '',
  }
}

const reasons = ['orders', 'weather', 'supplies', 'strike'].map((word) => `Lack of work (${word}): `.padEnd(208, '.'))

function optionsOf(agency: string): ThrowAwayOptions {
  const text = (name: string): object => ({ name, type: 'string' })
  const types = { Layoff: [text('employer'), { name: 'percent', type: 'int' }, text('from'), text('reason')] }
  return { agency, name: 'layoffs', types }
}
