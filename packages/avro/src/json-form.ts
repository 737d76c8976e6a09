import { isNationalIdentityNumber, isOrganisationNumber, timestamp } from '@samspill/contracts'
import { daysOfLocalDate } from '@samspill/contracts'
import { readDecimal, readFloatingPoint, readInteger, readSymbol, readText } from './leaf-rules.ts'
import { largestLong, smallestLong } from './long-range.ts'
import type { PrimitiveNode } from './schema-tree.ts'
import { wrongType, type LeafNode, type LeafReading, type ValueForm } from './value-form.ts'

/** The leaves of a contract's data as JSON has them: dates and times as text, decimals as text, bytes as base64. */
export const jsonForm: ValueForm = { read: readJsonLeaf }

function readJsonLeaf(node: LeafNode, value: unknown): LeafReading {
  switch (node.kind) {
    case 'null':
      return value === null ? { value } : wrongType('null')
    case 'boolean':
      return typeof value === 'boolean' ? { value } : wrongType('true or false')
    case 'int':
      return node.logicalType === 'date' ? readDate(value) : readInteger('int', value)
    case 'long':
      return node.logicalType === 'timestamp-millis' ? readTime(value) : readInteger('long', value)
    case 'float':
    case 'double':
      return readFloatingPoint(value)
    case 'string':
      return readBranded(node, value)
    case 'bytes':
      return node.logicalType === 'decimal' ? readDecimal(node, value) : readBase64(value)
    case 'fixed':
      return readBase64(value, node.size)
    case 'enum':
      return readSymbol(node, value)
  }
}

function readDate(value: unknown): LeafReading {
  if (typeof value !== 'string') return wrongType('a date as text, yyyy-mm-dd')
  if (daysOfLocalDate(value) !== undefined) return { value }
  return { rule: 'invalid-value', message: 'must be a date that exists, yyyy-mm-dd' }
}

function readTime(value: unknown): LeafReading {
  if (typeof value !== 'string') return wrongType('a time as text, RFC 3339 with a zone, e.g. 2020-03-20T08:30:00Z')
  try {
    const moment = timestamp(value)
    if (moment >= smallestLong && moment <= largestLong) return { value: moment }
  } catch {
    // The reason is the same whatever is wrong with it, and is said below.
  }
  return { rule: 'invalid-value', message: 'must be a time in RFC 3339 with a zone, e.g. 2020-03-20T08:30:00Z' }
}

function readBase64(value: unknown, size?: number): LeafReading {
  if (typeof value !== 'string') return wrongType('base64 text')
  const bytes = Buffer.from(value, 'base64')
  if (bytes.toString('base64') !== value) return { rule: 'invalid-value', message: 'must be base64 text, padded' }
  if (size === undefined || bytes.length === size) return { value: bytes }
  return { rule: 'invalid-value', message: `must be ${size} bytes in base64` }
}

function readBranded(node: PrimitiveNode, value: unknown): LeafReading {
  const reading = readText(value)
  const rule = brandRules[node.logicalType ?? '']
  if (rule === undefined || typeof value !== 'string' || !('value' in reading) || rule.holds(value)) return reading
  return { rule: 'invalid-value', message: `must be ${rule.expected}` }
}

/** What a text of a logical type must be; undefined where any text will do. */
export function textRule(logicalType: string | undefined): ((text: string) => boolean) | undefined {
  return brandRules[logicalType ?? '']?.holds
}

const brandRules: Readonly<Record<string, { expected: string; holds: (text: string) => boolean }>> = {
  'national-identity-number': {
    expected: 'a national identity number, eleven digits with valid check digits',
    holds: isNationalIdentityNumber,
  },
  'organisation-number': {
    expected: 'an organisation number, nine digits with a valid check digit',
    holds: isOrganisationNumber,
  },
  'municipality-number': {
    expected: 'a municipality number, four digits',
    holds: (text) => /^\d{4}$/.test(text),
  },
  uuid: {
    expected: 'a UUID, e.g. 6d0c0ff8-7d5e-4c39-9f0c-5d2b3c8f6a11',
    holds: isUuid,
  },
}

/** Read where it stands: a regular expression takes several times as long, and most events have such an id. */
function isUuid(text: string): boolean {
  if (text.length !== 36) return false
  for (let at = 0; at < 36; at++) {
    const unit = text.charCodeAt(at)
    const isHyphen = unit === 0x2d
    if (isHyphen !== (at === 8 || at === 13 || at === 18 || at === 23)) return false
    // Bit 5 makes small letters of capital ones.
    const letter = unit | 0x20
    if (!isHyphen && !(unit >= 0x30 && unit <= 0x39) && !(letter >= 0x61 && letter <= 0x66)) return false
  }
  return true
}
