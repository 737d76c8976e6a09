import { daysOfLocalDate } from '@samspill/contracts'
import { readDecimal, readFloatingPoint, readInteger, readSymbol, readText } from './leaf-rules.ts'
import { wrongType, type LeafNode, type LeafReading, type ValueForm } from './value-form.ts'

/** The leaves of a contract's data as TypeScript has them. */
export const typescriptForm: ValueForm = { read: readTypeScriptLeaf }

function readTypeScriptLeaf(node: LeafNode, value: unknown): LeafReading {
  switch (node.kind) {
    case 'null':
      return value === null ? { value } : wrongType('null')
    case 'boolean':
      return typeof value === 'boolean' ? { value } : wrongType('true or false')
    case 'int':
      if (node.logicalType !== 'date') return readInteger('int', value)
      return daysOfLocalDate(value) === undefined ? wrongType('a date that exists, yyyy-mm-dd') : { value }
    case 'long':
      return readInteger('long', value)
    case 'float':
    case 'double':
      return readFloatingPoint(value)
    case 'string':
      return readText(value)
    case 'bytes':
      if (node.logicalType === 'decimal') return readDecimal(node, value)
      return Buffer.isBuffer(value) ? { value } : wrongType('a Buffer')
    case 'fixed':
      return Buffer.isBuffer(value) && value.length === node.size
        ? { value }
        : wrongType(`a Buffer of ${node.size} bytes`)
    case 'enum':
      return readSymbol(node, value)
  }
}
