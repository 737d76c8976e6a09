import { own, ownText } from '../json.ts'
import { suggestion } from '../nearest.ts'
import type { Visit } from '../schema-walk.ts'
import { fine, verdict, type SchemaRule } from './rule.ts'

/** The logical types that the generated code knows, and what each stands on. */
const logicalTypes: Readonly<Record<string, readonly string[]>> = {
  date: ['int'],
  'timestamp-millis': ['long'],
  decimal: ['bytes', 'fixed'],
  uuid: ['string'],
  'national-identity-number': ['string'],
  'organisation-number': ['string'],
  'municipality-number': ['string'],
}

/** A logical type is one we know, on the type it belongs on; times are in milliseconds. */
export const logical: SchemaRule = (visit) => {
  const found = logicalTypeOf(visit)
  if (found === undefined) return fine
  const { name, base } = found
  if (/^(local-)?timestamp-(micros|nanos)$|^local-timestamp-millis$|^time-(millis|micros)$/.test(name)) {
    return verdict(
      'time-not-millis',
      `"${name}" is not read alike everywhere. Write { "type": "long", "logicalType": "timestamp-millis" } for a moment, or { "type": "int", "logicalType": "date" } for a day.`,
    )
  }
  const bases = Object.hasOwn(logicalTypes, name) ? logicalTypes[name] : undefined
  if (bases === undefined) {
    return verdict(
      'logical-type-unknown',
      `"${name}" is no logical type here. ${suggestion(name, Object.keys(logicalTypes))}`,
    )
  }
  if (bases.includes(base)) return fine
  return verdict(
    'logical-type-base',
    `"${name}" stands on ${bases.join(' or ')}, not on ${base}. Write "type": "${bases[0]}".`,
  )
}

/** Days and moments that are written as plain numbers or text. */
export const moments: SchemaRule = (visit) => {
  if (visit.kind !== 'primitive' || visit.field === undefined || logicalTypeOf(visit) !== undefined) return fine
  if (!['int', 'long', 'string'].includes(visit.type)) return fine
  if (/([a-z]At|Time|Timestamp|Tidspunkt)$|^(time|timestamp|tidspunkt)$/.test(visit.field.name)) {
    return verdict(
      'time-not-timestamp',
      `The name says that it is a moment, the type does not. Write { "type": "long", "logicalType": "timestamp-millis" }.`,
    )
  }
  if (/([a-z]Date|[a-z]Dato)$|^(date|dato)$/.test(visit.field.name)) {
    return verdict(
      'date-not-date',
      `The name says that it is a day, the type does not. Write { "type": "int", "logicalType": "date" }.`,
    )
  }
  return fine
}

/** No binary fractions at all: neither money nor a percentage is exact in them. */
export const noBinaryFractions: SchemaRule = (visit) => {
  if (visit.kind !== 'primitive' || (visit.type !== 'double' && visit.type !== 'float')) return fine
  return verdict(
    'binary-fraction',
    `A ${visit.type} holds neither money nor a percentage exactly. Write "long" and a name that ends in InOre for money, or { "type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2 }.`,
  )
}

const moneyNames =
  /([Aa]mount|[Bb]eloep|[Pp]rice|[Ss]alary|[Ww]age|[Kk]roner|Nok|[a-z](Pay|Rate|Total))$|^(pay|rate|total|nok)$/

/** Money is whole øre in a long, and its name says so. */
export const money: SchemaRule = (visit) => {
  if (visit.kind !== 'primitive' || visit.field === undefined || logicalTypeOf(visit) !== undefined) return fine
  const name = visit.field.name
  if (name.endsWith('InOre')) {
    if (visit.type === 'long') return fine
    return verdict('money-not-long', `Øre are whole numbers in 64 bits. Write "type": "long", not ${visit.type}.`)
  }
  const isNumber = visit.type === 'int' || visit.type === 'long'
  if (!isNumber || !moneyNames.test(name)) return fine
  return verdict(
    'money-not-in-ore',
    `The name says that it is money but not in what unit. Write whole øre, "type": "long", and the name "${name.replace(/In(Kroner|Nok)$|Kroner$|Nok$/, '')}InOre".`,
  )
}

/** A decimal says how many digits it has, and how many of them stand after the point. */
export const decimals: SchemaRule = (visit) => {
  if (logicalTypeOf(visit)?.name !== 'decimal' || !('node' in visit) || visit.node === undefined) return fine
  const precision = own(visit.node, 'precision')
  const scale = own(visit.node, 'scale')
  if (!isWhole(precision) || precision < 1) {
    return verdict('decimal-precision', 'The decimal does not say how many digits it has. Write e.g. "precision": 5.')
  }
  if (!isWhole(scale) || scale < 0 || scale > precision) {
    return verdict(
      'decimal-scale',
      `The decimal does not say how many digits stand after the point. Write "scale": a whole number from 0 to ${precision}.`,
    )
  }
  const size = visit.kind === 'fixed' ? own(visit.node, 'size') : undefined
  const room = isWhole(size) ? Math.floor(Math.log10(2) * (8 * size - 1)) : Number.POSITIVE_INFINITY
  if (precision <= room) return fine
  return verdict(
    'decimal-precision',
    `A fixed of ${String(size)} bytes has room for ${room} digits. Write "precision": ${room} or a larger "size".`,
  )
}

function logicalTypeOf(visit: Visit): { readonly name: string; readonly base: string } | undefined {
  if (visit.kind !== 'primitive' && visit.kind !== 'fixed') return undefined
  const name = visit.node === undefined ? undefined : ownText(visit.node, 'logicalType')
  if (name === undefined) return undefined
  return { name, base: visit.kind === 'primitive' ? visit.type : 'fixed' }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
