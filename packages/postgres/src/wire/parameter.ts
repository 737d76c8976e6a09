/**
 * How a value is sent: bytes in PostgreSQL's binary form, text for the server to read, or null. An array becomes an
 * array literal, another object JSON, as with `pg`. Throws what a value throws that cannot be written.
 */
export function parameterOf(value: unknown): string | Buffer | null {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value)
    case 'undefined':
      return null
    case 'object':
      return value === null ? null : parameterOfObject(value)
    default:
      throw new TypeError('a function or symbol is no value')
  }
}

function parameterOfObject(value: object): string | Buffer {
  if (Buffer.isBuffer(value)) return value
  if (value instanceof Date) return textOfMoment(value)
  if (Array.isArray(value)) return arrayLiteral(value)
  if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return JSON.stringify(value)
}

/** PostgreSQL knows no year 0, no sign before a year, and years beyond 9999 without one. */
function textOfMoment(moment: Date): string {
  const text = moment.toISOString()
  const year = moment.getUTCFullYear()
  if (year > 0) return text.replace(/^\+0*/, '')
  return `${String(1 - year).padStart(4, '0')}${text.replace(/^[+-]?\d+/, '')} BC`
}

function arrayLiteral(elements: readonly unknown[]): string {
  return `{${elements.map(elementOf).join(',')}}`
}

const needsEscape = /["\\]/

function elementOf(element: unknown): string {
  if (Array.isArray(element)) return arrayLiteral(element)
  const parameter = parameterOf(element)
  if (parameter === null) return 'NULL'
  if (typeof parameter !== 'string') return `"\\\\x${parameter.toString('hex')}"`
  if (!needsEscape.test(parameter)) return `"${parameter}"`
  return `"${parameter.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
