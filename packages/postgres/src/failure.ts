import { HubError } from '@samspill/contracts'

/**
 * PostgreSQL refused a statement. Says which rule of which table and never a value: PostgreSQL's own message and
 * detail quote rows ("Key (person)=(…) already exists"), so neither is kept.
 * Codes: `statement-failed`, `statement-timeout`, `number-out-of-range`.
 */
export class StatementError extends HubError {
  /** PostgreSQL's five-character error code, e.g. `23505`; empty where the failure is ours. */
  readonly sqlState: string
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly constraint: string | undefined

  constructor(code: string, message: string, place: StatementPlace = {}) {
    super(code, message)
    this.sqlState = place.sqlState ?? ''
    this.schema = place.schema
    this.table = place.table
    this.column = place.column
    this.constraint = place.constraint
  }
}

interface StatementPlace {
  readonly sqlState?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

/** The database cannot be reached, or the connection broke. Code `database-unavailable`. */
export class DatabaseUnavailable extends HubError {
  /** `unknown` where the connection broke while COMMIT was under way: the work may stand or not. */
  readonly commitOutcome: 'not-committed' | 'unknown'

  constructor(message: string, options?: ErrorOptions & { readonly commitOutcome?: 'not-committed' | 'unknown' }) {
    super('database-unavailable', message, options)
    this.commitOutcome = options?.commitOutcome ?? 'not-committed'
  }
}

/** True where the same work may succeed when it is run again, in smaller pieces: deadlock, serialisation, lock table full. */
export function isTransient(error: unknown): boolean {
  return error instanceof StatementError && ['40P01', '40001', '53200'].includes(error.sqlState)
}

/** True where the connection or the whole database is gone: the same work may succeed when it is back. */
export function isConnectionLoss(error: unknown): boolean {
  return error instanceof DatabaseUnavailable
}

/** Turns whatever `pg` throws into an error that says no value. Errors of the hub pass unchanged. */
export function failureOf(error: unknown): Error {
  if (error instanceof HubError) return error
  if (!(error instanceof Error))
    return new StatementError('statement-failed', 'the statement failed for an unknown reason')
  const answer = error as Error & Record<string, unknown>
  const state = textOf(answer['code'])
  if (typeof answer['severity'] === 'string' && state !== undefined) return failureOfServer(answer, state)
  if (isSocketFailure(error, state)) {
    return new DatabaseUnavailable(`the database cannot be reached: ${error.message}`, { cause: error })
  }
  return new StatementError(
    'statement-failed',
    'the statement could not be sent: one of its values cannot be written',
    {},
  )
}

function failureOfServer(answer: Record<string, unknown>, sqlState: string): Error {
  if (isUnavailable(sqlState)) {
    return new DatabaseUnavailable(`the database is not available: it answered ${conditionOf(sqlState)}`)
  }
  if (sqlState === '25P03') {
    return new StatementError(
      'transaction-idle',
      'the transaction was given up: it was open for too long without a statement; do slow work outside of it',
      { sqlState },
    )
  }
  const place = {
    sqlState,
    schema: textOf(answer['schema']),
    table: textOf(answer['table']),
    column: textOf(answer['column']),
    constraint: textOf(answer['constraint']),
  }
  if (sqlState === '57014') {
    return new StatementError('statement-timeout', 'the statement took longer than the statement timeout', place)
  }
  const at = [
    place.constraint && `constraint ${place.constraint}`,
    place.column && `column ${place.column}`,
    place.table && `table ${place.schema ? `${place.schema}.` : ''}${place.table}`,
  ].filter((part) => part !== undefined && part !== '')
  const where = at.length === 0 ? '' : ` at ${at.join(' of ')}`
  return new StatementError(
    'statement-failed',
    `the statement failed: ${conditionOf(sqlState)}${where}${aboutText(answer, sqlState)}`,
    place,
  )
}

/** Messages of class 42 speak of the statement's own text (a table that is missing), which holds no values. */
function aboutText(answer: Record<string, unknown>, sqlState: string): string {
  if (!sqlState.startsWith('42')) return ''
  const message = textOf(answer['message'])?.replaceAll(/\d{5,}/g, '…')
  const position = textOf(answer['position'])
  return message === undefined ? '' : `: ${message}${position === undefined ? '' : `, at character ${position}`}`
}

const conditions: Readonly<Record<string, string>> = {
  '08006': 'connection failure',
  '22001': 'a text is too long for its column',
  '22003': 'a number is out of range',
  '22007': 'a date or time cannot be read',
  '22008': 'a date or time is out of range',
  '22P02': 'a value cannot be read as its type',
  '23502': 'a value is missing',
  '23503': 'a referenced row is missing',
  '23505': 'the row exists already',
  '23514': 'a check constraint does not hold',
  '25P02': 'an earlier statement failed',
  '28P01': 'the password is wrong',
  '3D000': 'the database does not exist',
  '40001': 'the transaction could not be serialised',
  '40P01': 'deadlock',
  '42501': 'permission denied',
  '53200': 'out of memory, or out of room for locks',
  '53300': 'too many connections',
  '55P03': 'the lock was not free',
  '57P01': 'shut down',
  '57P03': 'starting up or stopping',
}

function conditionOf(sqlState: string): string {
  const words = conditions[sqlState]
  return words === undefined ? `SQLSTATE ${sqlState}` : `${words} (${sqlState})`
}

function isUnavailable(sqlState: string): boolean {
  return (
    sqlState.startsWith('08') ||
    ['57P01', '57P02', '57P03', '57P05', '53300', '28P01', '28000', '3D000'].includes(sqlState)
  )
}

function isSocketFailure(error: Error, code: string | undefined): boolean {
  if (code !== undefined && /^E[A-Z]+|^ERR_SOCKET|^ERR_STREAM/.test(code)) return true
  return /connection terminated|connection error|timeout expired|query read timeout|timeout exceeded|client was closed|not queryable|after calling end/i.test(
    error.message,
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
