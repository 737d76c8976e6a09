import { daysOfLocalDate, millisecondsOfMoment } from '@samspill/contracts'
import { decimalToBytes, exactUnscaled } from './decimal-bytes.ts'
import { defaultDecodeLimits } from './decode-limits.ts'
import { jsonForm, textRule } from './json-form.ts'
import { largestLong, smallestLong } from './long-range.ts'
import { forbiddenNames } from './schema-limits.ts'
import { isRecursive, nullableBranch, unfoldedSize, type RecordNode, type SchemaNode } from './schema-tree.ts'
import { smallestSizes } from './smallest-size.ts'
import { writeBytes, writeInteger, writeText, writeTwosComplement } from './value-bytes.ts'
import type { LeafNode } from './value-form.ts'

/**
 * Writes a JSON value as Avro at `at`, and gives back where it ends, which may be beyond the bytes where there was no
 * room; -1 where the value breaks its schema or is unusually large.
 */
export type JsonWriter = (value: unknown, bytes: Buffer, at: number) => number

/** The Avro bytes of a record field's default. */
export type DefaultBytes = (record: string, field: string) => Buffer

const refused = -1
/** Lists longer than this are left to the reader that counts. */
const mostItems = 1_000
/** Schemas that unfold to more are left to it too. */
const mostNodes = 10_000

/**
 * Compiles a schema to functions that check JSON by the rules of `fromJson` and write it as Avro in the same step,
 * making no objects on the way. Undefined for schemas that hold themselves or things without bytes, or unfold to a lot.
 */
export function compileJsonWriter(root: SchemaNode, defaultBytes: DefaultBytes): JsonWriter | undefined {
  if (isRecursive(root) || unfoldedSize(root) > mostNodes) return undefined
  const sizes = smallestSizes(root)
  let possible = true

  const writerOf = (node: SchemaNode, depth: number): JsonWriter => {
    if (depth > defaultDecodeLimits.depth) possible = false
    switch (node.kind) {
      case 'record':
        return recordWriter(node, depth)
      case 'array':
        if (sizes.get(node.items) === 0) possible = false
        return listWriter(writerOf(node.items, depth + 1))
      case 'map':
        return mapWriter(writerOf(node.values, depth + 1))
      case 'union': {
        const present = nullableBranch(node)
        if (present === undefined) possible = false
        return nullableWriter(
          node.branches.findIndex((branch) => branch.kind === 'null'),
          writerOf(present ?? { kind: 'null' }, depth),
        )
      }
      default:
        return leafWriter(node)
    }
  }

  const recordWriter = (node: RecordNode, depth: number): JsonWriter => {
    const names = node.fields.map((field) => field.name)
    const writers = node.fields.map((field) => writerOf(field.node, depth + 1))
    const absent = node.fields.map((field) => {
      if (field.hasDefault) return defaultBytes(node.name, field.name)
      const union = field.node
      if (union.kind !== 'union' || nullableBranch(union) === undefined) return undefined
      return Buffer.of(union.branches.findIndex((branch) => branch.kind === 'null') * 2)
    })
    return (value, bytes, start) => {
      if (!isPlainObject(value)) return refused
      let at = start
      let present = 0
      for (let index = 0; index < names.length; index++) {
        const field = value[names[index] ?? '']
        if (field === undefined) {
          const written = absent[index]
          if (written === undefined) return refused
          at = writeBytes(written, bytes, at)
        } else {
          present++
          at = writers[index]?.(field, bytes, at) ?? refused
          if (at < 0) return refused
        }
      }
      for (const _name in value) present--
      return present === 0 ? at : refused
    }
  }

  const writer = writerOf(root, 0)
  return possible ? writer : undefined
}

function listWriter(writeItem: JsonWriter): JsonWriter {
  return (value, bytes, start) => {
    if (!Array.isArray(value) || value.length > mostItems) return refused
    let at = value.length === 0 ? start : writeInteger(value.length, bytes, start)
    for (const item of value) {
      at = writeItem(item, bytes, at)
      if (at < 0) return refused
    }
    bytes[at] = 0
    return at + 1
  }
}

function mapWriter(writeValue: JsonWriter): JsonWriter {
  return (value, bytes, start) => {
    if (!isPlainObject(value)) return refused
    const keys = Object.keys(value)
    if (keys.length > mostItems) return refused
    let at = keys.length === 0 ? start : writeInteger(keys.length, bytes, start)
    for (const key of keys) {
      if (forbiddenNames.has(key)) return refused
      at = writeText(key, bytes, at)
      if (at >= 0) at = writeValue(value[key], bytes, at)
      if (at < 0) return refused
    }
    bytes[at] = 0
    return at + 1
  }
}

function nullableWriter(nullIndex: number, writePresent: JsonWriter): JsonWriter {
  return (value, bytes, at) => {
    bytes[at] = value === null ? nullIndex * 2 : (1 - nullIndex) * 2
    return value === null ? at + 1 : writePresent(value, bytes, at + 1)
  }
}

function leafWriter(node: LeafNode): JsonWriter {
  switch (node.kind) {
    case 'string':
      return textWriter(textRule(node.logicalType))
    case 'int':
      if (node.logicalType !== 'date') return integerWriter(-0x80000000, 0x7fffffff)
      return (value, bytes, at) => {
        const days = daysOfLocalDate(value)
        return days === undefined ? refused : writeInteger(days, bytes, at)
      }
    case 'long':
      if (node.logicalType !== 'timestamp-millis') return integerWriter(smallestLong, largestLong)
      return (value, bytes, at) => {
        const moment = typeof value === 'string' ? millisecondsOfMoment(value) : undefined
        return moment === undefined ? refused : writeInteger(moment, bytes, at)
      }
    case 'boolean':
      return (value, bytes, at) => {
        if (typeof value !== 'boolean') return refused
        bytes[at] = value ? 1 : 0
        return at + 1
      }
    case 'enum': {
      const indexes = new Map(node.symbols.map((symbol, index) => [symbol as unknown, index]))
      return (value, bytes, at) => {
        const index = indexes.get(value)
        return index === undefined ? refused : writeInteger(index, bytes, at)
      }
    }
    case 'bytes':
      if (node.logicalType !== 'decimal') return binaryWriter(node)
      return decimalWriter(node.precision ?? 0, node.scale ?? 0)
    case 'fixed':
      return binaryWriter(node)
    case 'float':
    case 'double':
      return floatingPointWriter(node.kind)
    case 'null':
      return (value, _bytes, at) => (value === null ? at : refused)
  }
}

function textWriter(rule: ((text: string) => boolean) | undefined): JsonWriter {
  if (rule === undefined) return writeText
  return (value, bytes, at) => (typeof value === 'string' && rule(value) ? writeText(value, bytes, at) : refused)
}

function binaryWriter(node: LeafNode): JsonWriter {
  return (value, bytes, at) => {
    const reading = jsonForm.read(node, value)
    if (!('value' in reading) || !Buffer.isBuffer(reading.value)) return refused
    const start = node.kind === 'fixed' ? at : writeInteger(reading.value.length, bytes, at)
    return writeBytes(reading.value, bytes, start)
  }
}

function decimalWriter(precision: number, scale: number): JsonWriter {
  return (value, bytes, at) => {
    const unscaled = exactUnscaled(value, precision, scale)
    if (unscaled !== undefined) return writeTwosComplement(unscaled, bytes, at)
    const decimal = decimalToBytes(value, precision, scale)
    return decimal === undefined ? refused : writeBytes(decimal, bytes, writeInteger(decimal.length, bytes, at))
  }
}

function integerWriter(smallest: number, largest: number): JsonWriter {
  return (value, bytes, at) =>
    typeof value === 'number' && Number.isInteger(value) && value >= smallest && value <= largest
      ? writeInteger(value, bytes, at)
      : refused
}

function floatingPointWriter(kind: 'float' | 'double'): JsonWriter {
  const size = kind === 'float' ? 4 : 8
  return (value, bytes, at) => {
    if (typeof value !== 'number' || at + size > bytes.length) return refused
    return kind === 'float' ? bytes.writeFloatLE(value, at) : bytes.writeDoubleLE(value, at)
  }
}

/** An object as JSON makes it: nothing of it comes from a prototype. */
function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
