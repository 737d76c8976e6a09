import { compileContract, connectRegistry, createEventDecoder, schemaIdOf } from '@samspill/avro'
import { decodeHeaders, defineContract, HubError, type AvroSchema, type Stream } from '@samspill/contracts'
import { readOutboxPayload, readParkedPayload, type Database, type ParkedPayload } from '@samspill/postgres'
import { requireStack } from '../running-stack.ts'
import type { Terminal } from '../terminal.ts'
import type { LetterId } from './selection.ts'

/** A record as it was read, in a form that people can read. */
export interface RevealedPayload {
  readonly key: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** The event's data; undefined where the bytes cannot be decoded. */
  readonly data?: unknown
  /** Why not. */
  readonly undecoded?: string
  /** The value's bytes in base64, where they cannot be decoded; null where the record has none. */
  readonly base64?: string | null
}

/** Reads and decodes a payload. Undefined where it is gone. To be called after it was written down who asked, and why. */
export async function revealedPayload(
  database: Database,
  stack: string,
  { kind, id }: LetterId,
): Promise<RevealedPayload | undefined> {
  const read = kind === 'parked' ? readParkedPayload : readOutboxPayload
  const payload = await read(database, id)
  if (payload === undefined) return undefined
  const registry = (await requireStack(stack, [])).environment['SAMSPILL_REGISTRY'] ?? ''
  return {
    key: printable(payload.key),
    headers: decodeHeaders(payload.headers).map(([name, value]) => [name, printable(value)] as const),
    ...(await decoded(payload, registry)),
  }
}

async function decoded(
  { value }: ParkedPayload,
  registryUrl: string,
): Promise<Pick<RevealedPayload, 'data' | 'undecoded' | 'base64'>> {
  if (value === null) return { undecoded: 'the record has no value', base64: null }
  try {
    const registry = connectRegistry({ url: registryUrl })
    const schema = (await registry.schemaById(schemaIdOf(value))) as AvroSchema<unknown>
    const contract = defineContract(fullNameOf(schema), nobodysStream, schema)
    const decoder = createEventDecoder({ registry, contracts: [contract] })
    await decoder.prepare([value])
    return { data: compileContract(contract).toJson(decoder.decode(value).data) }
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return { undecoded: error.message, base64: value.toString('base64') }
  }
}

/** A payload as people read it. */
export function payloadText(payload: RevealedPayload, terminal: Pick<Terminal, 'paint'>): string {
  const headers = payload.headers.map(([name, value]) => `  ${name}: ${value}`)
  const value =
    payload.undecoded === undefined
      ? JSON.stringify(payload.data, undefined, 2)
      : `${payload.undecoded}; the bytes in base64:\n${payload.base64 ?? '(none)'}`
  return [
    terminal.paint('strong', 'The record (it was written down that you have seen it)'),
    `key: ${payload.key}`,
    'headers:',
    ...headers,
    'data:',
    value,
  ].join('\n')
}

/** Text as text, other bytes in base64. */
function printable(bytes: Buffer): string {
  const text = bytes.toString()
  const isText = Buffer.from(text).equals(bytes) && !/\p{Cc}/u.test(text)
  return isText ? text : `base64:${bytes.toString('base64')}`
}

function fullNameOf(schema: AvroSchema<unknown>): string {
  const { name, namespace } = schema as { readonly name: string; readonly namespace?: string }
  return namespace === undefined || name.includes('.') ? name : `${namespace}.${name}`
}

/** Decoding asks a contract for its schema only. */
const nobodysStream: Stream = {
  name: 'nobody.revealed',
  agency: 'nobody',
  subject: { field: 'subject', kind: 'person' },
  partitions: 1,
  keys: 'hub',
  access: 'personal',
}
