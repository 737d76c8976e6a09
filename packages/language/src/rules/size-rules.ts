import { own } from '../json.ts'
import { fine, verdict, type SchemaRule } from './rule.ts'

const mostDepth = 16
const mostFields = 500

/** A schema is at most 16 levels deep and has at most 500 fields, names followed. */
export const bounded: SchemaRule = (visit, context) => {
  if (visit.kind !== 'record' || !visit.top) return fine
  const { depth, fields } = context.measure(visit.node)
  if (depth === Number.POSITIVE_INFINITY) {
    return verdict(
      'too-deep',
      `A record holds itself, so its data has no end. Nest at most ${mostDepth} levels, and refer to others by their id.`,
    )
  }
  if (depth > mostDepth) {
    return verdict('too-deep', `The types are nested ${depth} levels deep. Nest at most ${mostDepth}.`)
  }
  if (fields <= mostFields) return fine
  return verdict(
    'too-many-fields',
    `The event has ${fields} fields, nested ones counted. Write at most ${mostFields}; split the event.`,
  )
}

/** No list of things that take no bytes: six bytes of it decode to a billion entries. */
export const noEmptyItems: SchemaRule = (visit, context) => {
  if (visit.kind !== 'array' || !context.measure(visit.of).zeroBytes) return fine
  return verdict(
    'array-of-nothing',
    'An entry of the list takes no bytes, so a few bytes could claim a billion entries. Write items that hold something, or an int that counts.',
  )
}

/** A fixed has a size. */
export const fixedSizes: SchemaRule = (visit) => {
  if (visit.kind !== 'fixed') return fine
  const size = own(visit.node, 'size')
  if (typeof size === 'number' && Number.isSafeInteger(size) && size > 0) return fine
  return verdict('fixed-size', 'The fixed has no size. Write "size": a whole number of bytes, 1 or more.')
}
