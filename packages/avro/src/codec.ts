import type { AnyContract, DataOf, EventContract } from '@samspill/contracts'
import type { Type } from 'avsc'
import avsc from 'avsc'
import { contractType } from './avro-types.ts'
import { createBoundedWalk } from './bounded-walk.ts'
import { compileBytesCheck, type BytesCheck } from './bytes-check.ts'
import { DecodeError, EncodeError } from './failures.ts'
import type { FieldProblem } from './field-problem.ts'
import { frameSize, writeFrame } from './frame.ts'
import { jsonForm } from './json-form.ts'
import { compileJsonWriter, type DefaultBytes } from './json-writer.ts'
import { parseSchema } from './parse-schema.ts'
import { isRecursive, nodesOf, type SchemaNode } from './schema-tree.ts'
import { Slab } from './slab.ts'
import { jsonOf } from './to-json.ts'
import { typescriptForm } from './typescript-form.ts'
import { ValueReader, type DefaultOf } from './value-reader.ts'

/** Turns the data of one event type into Avro bytes and into JSON, and JSON into data. */
export interface ContractCodec<Data> {
  /** The Avro body. Throws EncodeError that names the field's path and the rule, never the value. */
  encode(data: Data): Buffer
  /** The record value: Confluent's header and the Avro body in one buffer. Throws EncodeError. */
  encodeFramed(schemaId: number, data: Data): Buffer
  /**
   * The record value of data as JSON has it, checked and written in one go; undefined where something is wrong with it
   * or it is unusually large: `fromJson` and `encodeFramed` say what, or do it.
   */
  encodeFramedJson(schemaId: number, json: unknown): Buffer | undefined
  /**
   * Compiles the check of Avro bodies that were written with the contract's own schema, by the rules of `fromJson`. It
   * gives back the text of the record's field of that name; undefined where anything is wrong or unusual: decoding says.
   */
  bytesCheck(field: string): BytesCheck
  /** ISO dates, RFC 3339 times, decimals as text, bytes as base64, null where nothing is. */
  toJson(data: Data): unknown
  /** Reads what `toJson` writes, and what clients write; finds every problem (at most 100), each with its path. */
  fromJson(json: unknown): { readonly data: Data } | { readonly problems: readonly FieldProblem[] }
}

/** A contract made ready: its schema as a tree and as an avsc type. */
export interface CompiledContract<Data> extends ContractCodec<Data> {
  readonly node: SchemaNode
  readonly type: Type
}

/** Codecs by contract, each compiled once. */
export interface Codecs {
  of<Contract extends AnyContract>(contract: Contract): CompiledContract<DataOf<Contract>>
}

/** Makes an empty cache of codecs; a process needs one. */
export function createCodecs(): Codecs {
  const compiled = new WeakMap<AnyContract, CompiledContract<unknown>>()
  const slab = new Slab()
  return {
    of: (contract) => {
      const known = compiled.get(contract) ?? compileContract(contract, slab)
      compiled.set(contract, known)
      return known
    },
  }
}

/** Compiles one contract. Throws HubError `schema-invalid`. */
export function compileContract<Type extends string, Data>(
  contract: EventContract<Type, Data>,
  slab: Slab = new Slab(),
): CompiledContract<Data> {
  const node = parseSchema(contract.schema)
  const type = contractType(contract.schema)
  const defaultOf = defaultsOf(type)
  // What holds lists or itself can grow beyond what readers take; what cannot needs no second look.
  const walk = canGrow(node) ? createBoundedWalk(node) : undefined

  const writeJson = compileJsonWriter(node, defaultBytesOf(type))

  const encodeAfter = (headerSize: number, data: Data): Buffer => {
    try {
      const bytes = slab.write(type, data, headerSize)
      walk?.check(bytes.subarray(headerSize))
      return bytes
    } catch (error) {
      // avsc's own message holds the value, so it goes no further, not even as the cause.
      throw encodeError(node, data, defaultOf, error)
    }
  }
  return {
    node,
    type,
    encode: (data) => encodeAfter(0, data),
    encodeFramed: (schemaId, data) => {
      const framed = encodeAfter(frameSize, data)
      writeFrame(framed, 0, schemaId)
      return framed
    },
    encodeFramedJson: (schemaId, json) => {
      if (writeJson === undefined) return undefined
      const framed = slab.fill(frameSize, (bytes, at) => writeJson(json, bytes, at))
      if (framed !== undefined) writeFrame(framed, 0, schemaId)
      return framed
    },
    bytesCheck: (field) => compileBytesCheck(node, field) ?? (() => undefined),
    toJson: (data) => jsonOf(node, data),
    fromJson: (json) => {
      const reader = new ValueReader(jsonForm, defaultOf)
      const data = reader.read(node, json)
      return reader.problems.length > 0 ? { problems: reader.problems } : { data: data as Data }
    },
  }
}

function encodeError(node: SchemaNode, data: unknown, defaultOf: DefaultOf, error: unknown): EncodeError {
  const reader = new ValueReader(typescriptForm, defaultOf)
  reader.read(node, data)
  const problem = reader.problems.find((found) => found.rule !== 'unknown-field')
  if (problem) {
    const place = problem.path === '' ? 'the data' : problem.path
    return new EncodeError(problem.path, problem.rule, `${place} ${problem.message}`)
  }
  if (error instanceof DecodeError) return new EncodeError('', error.code, `no reader would take it: ${error.message}`)
  return new EncodeError('', 'wrong-type', 'the data is not what the contract says')
}

function canGrow(root: SchemaNode): boolean {
  return isRecursive(root) || Array.from(nodesOf(root)).some((node) => node.kind === 'array' || node.kind === 'map')
}

function defaultsOf(root: Type): DefaultOf {
  const records = recordsOf(root)
  return (record, field) => records.get(record)?.field(field).defaultValue()
}

function defaultBytesOf(root: Type): DefaultBytes {
  const records = recordsOf(root)
  return (record, field) => {
    const found = records.get(record)?.field(field)
    return found === undefined ? Buffer.alloc(0) : found.type.toBuffer(found.defaultValue())
  }
}

/** The record types within a type, by name. */
function recordsOf(root: Type): ReadonlyMap<string, avsc.types.RecordType> {
  const records = new Map<string, avsc.types.RecordType>()
  const visit = (type: Type): void => {
    if (type instanceof avsc.types.RecordType) {
      if (type.name === undefined || records.has(type.name)) return
      records.set(type.name, type)
      for (const field of type.fields) visit(field.type)
    } else if (type instanceof avsc.types.ArrayType) visit(type.itemsType)
    else if (type instanceof avsc.types.MapType) visit(type.valuesType)
    else if ('types' in type && Array.isArray(type.types)) for (const branch of type.types) visit(branch)
  }
  visit(root)
  return records
}
