import { HubError, type AnyContract } from '@samspill/contracts'
import { BoundedMap } from './bounded-map.ts'
import { createCodecs, type Codecs } from './codec.ts'
import { DecodeError } from './failures.ts'
import { schemaIdOf, unframe } from './frame.ts'
import type { SchemaRegistry } from './schema-registry.ts'
import { createWriter, type Writer } from './writer.ts'

/** What a record value holds. Without a contract only the schema's name is known, and the body is left unread. */
export interface DecodedEvent {
  readonly schemaId: number
  /** The Avro full name of the schema that the value was written with. */
  readonly schemaName: string
  readonly contract: AnyContract | undefined
  /** Undefined where no contract is known. */
  readonly data: unknown
}

/** Decodes record values to the contracts that a subscription knows. */
export interface EventDecoder {
  /** Fetches the schemas that the values name. Never rejects: what is missing, `decode` of that value says. */
  prepare(values: Iterable<Buffer | null>): Promise<void>
  /** Whether the schema that a value names is here already, so that there is nothing to prepare. */
  isPrepared(value: Buffer): boolean
  /**
   * Decodes a value whose schema has been prepared. Throws DecodeError (the bytes), or HubError `schema-unknown`,
   * `registry-unavailable` (try again), `schema-invalid`, `schema-incompatible`, `schema-not-prepared`.
   */
  decode(value: Buffer): DecodedEvent
}

/** Makes a decoder; it keeps each writer's schema and its way to the reader's for as long as the process lives. */
export function createEventDecoder(options: {
  readonly registry: Pick<SchemaRegistry, 'schemaById'>
  readonly contracts: readonly AnyContract[]
  readonly codecs?: Codecs
}): EventDecoder {
  const codecs = options.codecs ?? createCodecs()
  const contracts = new Map(options.contracts.map((contract) => [contract.type, contract]))
  const writers = new Map<number, Writer>()
  // Ids come from outside: whoever sends random ones must not fill the memory.
  const failures = new BoundedMap<number, unknown>(1_000)

  const load = async (schemaId: number): Promise<void> => {
    try {
      const schema = await options.registry.schemaById(schemaId)
      writers.set(
        schemaId,
        createWriter(schema, (name) => contracts.get(name), codecs),
      )
      failures.delete(schemaId)
    } catch (error) {
      // Kept for `decode`: one bad id must not keep the rest of a batch from being read.
      failures.set(schemaId, error)
    }
  }

  return {
    prepare: async (values) => {
      const missing = new Set<number>()
      for (const value of values) {
        const schemaId = value === null ? undefined : idIn(value)
        if (schemaId !== undefined && !writers.has(schemaId)) missing.add(schemaId)
      }
      if (missing.size > 0) await Promise.all(Array.from(missing, load))
    },
    isPrepared: (value) => writers.has(idIn(value) ?? -1),
    decode: (value) => {
      const { schemaId, body } = unframe(value)
      const writer = writers.get(schemaId)
      if (writer) return { schemaId, schemaName: writer.name, contract: writer.contract, data: writer.read(body) }
      throw failures.get(schemaId) ?? new HubError('schema-not-prepared', `schema ${schemaId} has not been fetched yet`)
    },
  }
}

function idIn(value: Buffer): number | undefined {
  try {
    return schemaIdOf(value)
  } catch (error) {
    if (error instanceof DecodeError) return undefined
    throw error
  }
}
