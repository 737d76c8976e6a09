import { randomBytes } from 'node:crypto'
import { compileContract, connectRegistry } from '@samspill/avro'
import {
  headersOfEnvelope,
  keyOfSubject,
  keySecret,
  registrySubject,
  timestamp,
  type EventContract,
  type KeySecret,
} from '@samspill/contracts'
import { connectTestHub, describeStream, throwAwayAgency, type TestHub, type ThrowAwayOptions } from '@samspill/testing'
import type { BenchStage } from '../harness/bench-stage.ts'

/** How many events wait, and how many people they are about. */
export const backlogSize = 200_000
const people = 20_000

/** What waits: a layoff, about 60 bytes as Avro. */
export interface Layoff {
  readonly subject: string
  readonly employer: string
  readonly days: number
}

/** What follows from each of them. */
export interface Granted {
  readonly subject: string
  readonly days: number
}

/** The streams of one run, and the secret of their keys. */
export interface Backlog {
  readonly agency: string
  readonly secret: KeySecret
  readonly layoff: EventContract<string, Layoff>
  /** The same events, each of a trace that is recorded; of `layoff` one in a hundred is. */
  readonly tracedLayoff: EventContract<string, Layoff>
  readonly granted: EventContract<string, Granted>
}

interface Prepared {
  readonly agency: string
  readonly secret: string
}

/** Makes the streams and writes the events that all contenders read. */
export async function prepareBacklog(): Promise<Prepared> {
  await using hub = await connectTestHub()
  const prepared = { agency: throwAwayAgency(), secret: randomBytes(32).toString('base64url') }
  for (const name of streams) await hub.createStream(optionsOf(prepared.agency, name))
  const { layoff, tracedLayoff, secret } = backlogOf(prepared)
  await write(hub, layoff, secret, (number) => number % 100 === 0)
  await write(hub, tracedLayoff, secret, () => true)
  return prepared
}

/** The streams that `prepareBacklog` made, in a contender's process. */
export function backlog({ prepared }: BenchStage): Backlog {
  return backlogOf(prepared as Prepared)
}

const streams = ['layoffs', 'traced', 'grants'] as const

function backlogOf({ agency, secret }: Prepared): Backlog {
  const contract = <Data extends { readonly subject: string }>(name: (typeof streams)[number]) =>
    describeStream(optionsOf(agency, name)).contract<Data>(name === 'grants' ? 'Granted' : 'Layoff')
  return {
    agency,
    secret: keySecret(agency, secret),
    layoff: contract('layoffs'),
    tracedLayoff: contract('traced'),
    granted: contract('grants'),
  }
}

function optionsOf(agency: string, name: (typeof streams)[number]): ThrowAwayOptions {
  const days = { name: 'days', type: 'long' }
  return name === 'grants'
    ? { agency, name, types: { Granted: [days] } }
    : { agency, name, types: { Layoff: [{ name: 'employer', type: 'string' }, days] } }
}

async function write(
  hub: TestHub,
  contract: EventContract<string, Layoff>,
  secret: KeySecret,
  isSampled: (number: number) => boolean,
): Promise<void> {
  const { stream, type, schema } = contract
  const schemaId = await connectRegistry({ url: hub.config.registry.url }).idOf(registrySubject(stream, type), schema)
  const codec = compileContract(contract)
  const send = async (number: number): Promise<void> => {
    const subject = String(10_000_000_000 + ((number * 7_919) % people) * 7)
    const subjectKey = keyOfSubject(stream, subject, secret)
    const id = `layoff-${number}`
    const hexadecimal = (number + 1).toString(16).padStart(16, '0')
    await hub.lanes.send({
      topic: stream.name,
      key: Buffer.from(subjectKey),
      value: codec.encodeFramed(schemaId, {
        subject,
        employer: String(900_000_000 + (number % 977)),
        days: number % 30,
      }),
      timestamp: Date.now(),
      headers: headersOfEnvelope({
        id,
        source: `/${stream.agency}/payroll`,
        type,
        time: timestamp(Date.now()),
        subjectKey,
        correlationId: id,
        traceparent: `00-${hexadecimal.repeat(2)}-${hexadecimal}-${isSampled(number) ? '01' : '00'}`,
        replay: false,
      }),
    })
  }
  const atOnce = 5_000
  for (let from = 0; from < backlogSize; from += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, index) => send(from + index)))
  }
}
