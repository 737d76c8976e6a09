import type pg from 'pg'

/** Reads one column of a row from the bytes of a message. */
type ReadColumn = (bytes: Buffer, from: number, to: number) => unknown

interface Column {
  readonly name: string
  readonly type: number
}

const oid = {
  boolean: 16,
  bytes: 17,
  bigint: 20,
  smallint: 21,
  integer: 23,
  text: 25,
  varchar: 1043,
  moment: 1184,
} as const

/** A column with the way its values are read. */
interface Field {
  readonly name: string
  readonly read: ReadColumn
}

/** How the rows of one statement are read. */
export class Columns {
  /** Which columns to ask for in binary form (1): those that cost much to read as text. Undefined where none is. */
  readonly formats: readonly (0 | 1)[] | undefined
  readonly #asText: readonly Field[]
  readonly #asAsked: readonly Field[]
  readonly #blank: Readonly<Record<string, null>>

  /** Reads a RowDescription. */
  constructor(bytes: Buffer, from: number, types: pg.CustomTypesConfig) {
    const columns = columnsIn(bytes, from)
    const isBinary = columns.map(({ type }) => binaryReaders.has(type))
    this.formats = isBinary.includes(true) ? isBinary.map((one) => (one ? 1 : 0)) : undefined
    this.#asText = columns.map(({ name, type }) => ({ name, read: textReader(type, types) }))
    this.#asAsked = columns.map(({ name, type }) => ({
      name,
      read: binaryReaders.get(type) ?? textReader(type, types),
    }))
    this.#blank = Object.fromEntries(columns.map(({ name }) => [name, null]))
  }

  /** Reads a DataRow; `asked` where it was bound with `formats`. Throws what a column's reader throws. */
  row(bytes: Buffer, from: number, asked: boolean): Record<string, unknown> {
    const row: Record<string, unknown> = { ...this.#blank }
    let offset = from + 2
    const fields = asked ? this.#asAsked : this.#asText
    for (const { name, read } of fields) {
      const length = bytes.readInt32BE(offset)
      offset += 4
      if (length < 0) {
        // Of two columns with one name the last one counts.
        row[name] = null
      } else {
        row[name] = read(bytes, offset, offset + length)
        offset += length
      }
    }
    return row
  }
}

function columnsIn(bytes: Buffer, from: number): Column[] {
  let offset = from + 2
  return Array.from({ length: bytes.readInt16BE(from) }, () => {
    const end = bytes.indexOf(0, offset)
    const name = bytes.toString('utf8', offset, end)
    const type = bytes.readUInt32BE(end + 7)
    offset = end + 19
    return { name, type }
  })
}

function textReader(type: number, types: pg.CustomTypesConfig): ReadColumn {
  switch (type) {
    case oid.text:
    case oid.varchar:
      return asText
    case oid.boolean:
      return (bytes, from) => bytes[from] === 0x74
    case oid.smallint:
    case oid.integer:
      return smallNumber
    case oid.bigint: {
      const read = types.getTypeParser(type, 'text') as (text: string) => unknown
      // Up to fifteen digits no number is beyond what a double holds.
      return (bytes, from, to) => (to - from <= 15 ? smallNumber(bytes, from, to) : read(asText(bytes, from, to)))
    }
    default: {
      const read = types.getTypeParser(type, 'text') as (text: string) => unknown
      return (bytes, from, to) => read(asText(bytes, from, to))
    }
  }
}

const binaryReaders = new Map<number, ReadColumn>([
  // A copy: the bytes of a message are written over, and a part of them would keep the whole.
  [oid.bytes, (bytes, from, to) => Buffer.from(bytes.subarray(from, to))],
  [oid.moment, moment],
])

function asText(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to)
}

function smallNumber(bytes: Buffer, from: number, to: number): number {
  const isNegative = bytes[from] === 0x2d
  let number = 0
  for (let offset = isNegative ? from + 1 : from; offset < to; offset += 1) {
    number = number * 10 + (bytes[offset] ?? 0) - 0x30
  }
  return isNegative ? -number : number
}

/** 2000-01-01T00:00:00Z, from which PostgreSQL counts microseconds. */
const postgresEpoch = 946_684_800_000

function moment(bytes: Buffer, from: number): Date | number {
  const high = bytes.readInt32BE(from)
  const low = bytes.readUInt32BE(from + 4)
  if (high === 0x7fffffff && low === 0xffffffff) return Infinity
  if (high === -0x80000000 && low === 0) return -Infinity
  // From the year 2255 on a double no longer holds the microseconds.
  const milliseconds =
    Math.abs(high) < 2 ** 20
      ? Math.floor((high * 2 ** 32 + low) / 1000)
      : Number((bytes.readBigInt64BE(from) - (((bytes.readBigInt64BE(from) % 1000n) + 1000n) % 1000n)) / 1000n)
  return new Date(milliseconds + postgresEpoch)
}
