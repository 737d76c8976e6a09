import { randomBytes } from 'node:crypto'
import { createRegistrar } from '@samspill/avro'
import {
  defineContract,
  keySecret,
  registrySubject,
  type AvroSchema,
  type EventContract,
  type KeySecret,
  type Stream,
} from '@samspill/contracts'
import type { TopicAdmin } from '@samspill/kafka'

/** What a throw-away stream is made of. */
export interface ThrowAwayOptions {
  readonly agency: string
  /** Kebab-case name inside the agency. */
  readonly name: string
  readonly partitions?: number
  /** Event types by name, each with its Avro fields besides `subject`. */
  readonly types: Readonly<Record<string, readonly object[]>>
  readonly keys?: Stream['keys']
  readonly access?: Stream['access']
}

/** A stream that only one test knows. */
export interface ThrowAwayStream {
  readonly stream: Stream
  /** The contract of one of its event types. */
  contract<Data extends { readonly subject: string }>(type: string): EventContract<string, Data>
}

/** An agency name that no other test has. */
export function throwAwayAgency(): string {
  return `t${randomBytes(5).toString('hex')}`
}

/** A key secret for a throw-away agency. */
export function throwAwaySecret(agency: string): KeySecret {
  return keySecret(agency, randomBytes(32).toString('base64url'))
}

/** Describes a stream as plain data, in every process alike; nothing is created. */
export function describeStream(options: ThrowAwayOptions): ThrowAwayStream {
  const { agency, name, types, partitions = 6, keys = 'hub', access = 'personal' } = options
  const stream: Stream = {
    name: `${agency}.${name}`,
    agency,
    subject: { field: 'subject', kind: 'person' },
    partitions,
    keys,
    access,
  }
  return {
    stream,
    contract<Data>(type: string) {
      const fields = types[type]
      if (fields === undefined) throw new TypeError(`the stream has no event type ${type}`)
      const namespace = stream.name.replaceAll('-', '_')
      const schema: AvroSchema<Data> = {
        type: 'record',
        name: type,
        namespace,
        fields: [{ name: 'subject', type: 'string' }, ...fields],
      }
      return defineContract<string, Data>(`${namespace}.${type}`, stream, schema)
    },
  }
}

/** Creates the topic and registers the schemas of a stream. */
export async function createStream(
  options: ThrowAwayOptions,
  hub: { readonly topics: TopicAdmin; readonly registry: { readonly url: string; readonly secret: string } },
): Promise<ThrowAwayStream> {
  const described = describeStream(options)
  const { stream } = described
  const replicas = (await hub.topics.brokers()) >= 3 ? 3 : 1
  await hub.topics.create([{ name: stream.name, partitions: stream.partitions, replicas }])
  const registrar = createRegistrar({
    url: hub.registry.url,
    headers: { Authorization: `Bearer ${hub.registry.secret}` },
  })
  const verdicts = await registrar.register(
    Object.keys(options.types).map((name) => {
      const { type, schema } = described.contract(name)
      return { subject: registrySubject(stream, type), schema }
    }),
  )
  const refused = verdicts.find((verdict) => verdict.outcome === 'refused')
  if (refused !== undefined) throw new Error(`the registry refused ${refused.subject}`)
  return described
}
