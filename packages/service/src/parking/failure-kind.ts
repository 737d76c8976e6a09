import { HubError, PermanentFailure, RetryLater } from '@samspill/contracts'
import { DecodeError } from '@samspill/avro'

/**
 * What a failure says about the next attempt. `permanent`: none can help, a person must look. `outside`: something that
 * is needed cannot be reached; no number of attempts says anything about the event. `counted`: so many, then a person.
 */
export type FailureKind = 'permanent' | 'outside' | 'counted'

/** Sorts a failure by what it says about the next attempt. */
export function kindOfFailure(error: unknown): FailureKind {
  if (error instanceof PermanentFailure || isOfTheRecord(error) || hasCode(error, 'schema-unknown')) return 'permanent'
  if (error instanceof RetryLater || outsideCode(error) !== undefined) return 'outside'
  return 'counted'
}

/** True where the record itself is at fault: it says nothing about the service that could not take it. */
export function isOfTheRecord(error: unknown): boolean {
  return error instanceof DecodeError || (error instanceof HubError && codesOfRecords.has(error.code))
}

const codesOfRecords: ReadonlySet<string> = new Set([
  'annulment-unhandled',
  'foreign-schema',
  'foreign-source',
  'id-invalid',
  'id-reused',
  'key-too-long',
  'record-without-key',
  'record-without-value',
  'schema-incompatible',
  'schema-invalid',
])

/** The code of what could not be reached, also where the error wraps it; undefined where all could be. */
export function outsideCode(error: unknown): string | undefined {
  let current: unknown = error
  for (let depth = 0; depth < deepest && typeof current === 'object' && current !== null; depth += 1) {
    const code = ownOutsideCode(current)
    if (code !== undefined) return code
    if (current instanceof AggregateError) {
      const inner = current.errors.map(ownOutsideCode).find((found) => found !== undefined)
      if (inner !== undefined) return inner
    }
    current = 'cause' in current ? current.cause : undefined
  }
  return undefined
}

const deepest = 10

/** Of Node's sockets and name look-up, of its fetch, of PostgreSQL's answers while it is not there, of the hub's own parts. */
const outsideCodes =
  /^(?:ECONN(?:REFUSED|RESET|ABORTED)|E(?:HOST|NET)UNREACH|EHOSTDOWN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|UND_ERR_[A-Z_]+|08[0-9A-Z]{3}|57P0[1235]|53300|database-unavailable|registry-unavailable)$/

function ownOutsideCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const told = 'code' in error ? error.code : undefined
  if (typeof told === 'string' && outsideCodes.test(told)) return told
  const name = 'name' in error ? error.name : undefined
  if (name === 'AbortError' || name === 'TimeoutError') return name
  // `pg` gives a connection that breaks no code.
  return error instanceof Error && /^Connection terminated\b/.test(error.message) ? 'ECONNRESET' : undefined
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof HubError && error.code === code
}
