import pg from 'pg'
import { StatementError } from './failure.ts'

type Read = (text: string) => unknown

/** How columns become values; see Transaction. What is not named here is read as `pg` does. */
export function columnValues(): pg.CustomTypesConfig {
  const own = new Map<number, Read>([
    [oid.bigint, wholeNumber],
    [oid.bigintArray, listOf(wholeNumber)],
    [oid.date, asText],
    [oid.dateArray, listOf(asText)],
    [oid.timestamp, asText],
    [oid.timestampArray, listOf(asText)],
    [oid.numericArray, listOf(asText)],
  ])
  const getTypeParser = (type: number, format?: 'text' | 'binary'): Read =>
    (format === 'binary' ? undefined : own.get(type)) ?? (pg.types.getTypeParser(type, format ?? 'text') as Read)
  return { getTypeParser: getTypeParser as pg.CustomTypesConfig['getTypeParser'] }
}

const oid = {
  bigint: 20,
  bigintArray: 1016,
  date: 1082,
  dateArray: 1182,
  timestamp: 1114,
  timestampArray: 1115,
  numericArray: 1231,
  textArray: 1009,
} as const

function wholeNumber(text: string): number {
  const number = Number(text)
  if (Number.isSafeInteger(number)) return number
  throw new StatementError('number-out-of-range', 'a bigint column holds a number beyond 2^53: select it as text')
}

function asText(text: string): string {
  return text
}

function listOf(read: Read): Read {
  const parserOf = pg.types.getTypeParser as (type: number, format: 'text') => (text: string) => (string | null)[]
  const texts = parserOf(oid.textArray, 'text')
  return (text) => texts(text).map((element) => (element === null ? null : read(element)))
}
