import { HubError, type AnyContract } from '@samspill/contracts'
import { schemaJson } from './avro-schema-json.ts'
import { writerType } from './avro-types.ts'
import { createBoundedWalk } from './bounded-walk.ts'
import type { Codecs, CompiledContract } from './codec.ts'
import { DecodeError } from './failures.ts'
import { logicalMismatch } from './logical-mismatch.ts'
import { parseSchema } from './parse-schema.ts'
import type { SchemaNode } from './schema-tree.ts'

/** A schema that values were written with, and how to read them to the contract of that name. */
export interface Writer {
  readonly name: string
  readonly contract: AnyContract | undefined
  /** Throws DecodeError, or HubError `schema-incompatible`; undefined where there is no contract. */
  read(body: Buffer): unknown
}

/** Makes a writer of a registry's schema. Throws HubError `schema-invalid`. */
export function createWriter(
  schema: unknown,
  contractOf: (name: string) => AnyContract | undefined,
  codecs: Codecs,
): Writer {
  const node = parseSchema(schema)
  if (node.kind !== 'record') throw new HubError('schema-invalid', 'the schema is no record, and an event is one')
  const contract = contractOf(node.name)
  if (contract === undefined) return { name: node.name, contract, read: () => undefined }
  const walk = createBoundedWalk(node)
  const read = readerOrReason(node, codecs.of(contract))
  return {
    name: node.name,
    contract,
    read: (body) => {
      walk.check(body)
      return read(body)
    },
  }
}

/** A schema that cannot be read here is found out once, and said for each of its values. */
function readerOrReason(writer: SchemaNode, contract: CompiledContract<unknown>): (body: Buffer) => unknown {
  try {
    return reader(writer, contract)
  } catch (error) {
    return () => {
      throw error
    }
  }
}

function reader(writer: SchemaNode, contract: CompiledContract<unknown>): (body: Buffer) => unknown {
  const { type } = contract
  const mismatch = logicalMismatch(writer, contract.node)
  if (mismatch !== undefined) throw incompatible(mismatch)
  const same = JSON.stringify(schemaJson(writer)) === JSON.stringify(schemaJson(contract.node))
  const resolver = same ? undefined : resolverOf(writer, contract)
  return (body) => {
    try {
      return type.fromBuffer(body, resolver)
    } catch {
      // The walk has seen the bytes; what avsc still refuses it says with the value, so only the fact goes on.
      throw new DecodeError('decode-invalid', 'a value is not what its logical type allows')
    }
  }
}

function resolverOf(writer: SchemaNode, contract: CompiledContract<unknown>) {
  const written = writerType(writer)
  try {
    return contract.type.createResolver(written)
  } catch (error) {
    // Both schemas are public: nothing of anybody's data is in this message.
    throw incompatible(error instanceof Error ? error.message : 'no way from one to the other')
  }
}

function incompatible(reason: string): HubError {
  return new HubError('schema-incompatible', `the schema that it was written with cannot be read here: ${reason}`)
}
