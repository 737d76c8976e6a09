/** What PostgreSQL says of a failure, as `pg` names it, and whether it ends the connection. */
export interface ServerError extends Error {
  readonly severity: string
  readonly code: string
}

/** The fields that are read of an ErrorResponse, by their codes in the protocol. */
const fieldNames: Readonly<Record<string, string>> = {
  S: 'severity',
  C: 'code',
  M: 'message',
  P: 'position',
  s: 'schema',
  t: 'table',
  c: 'column',
  n: 'constraint',
}

/** Reads the body of an ErrorResponse. `isFatal` where the server ends the connection. */
export function serverError(bytes: Buffer, from: number, to: number): { error: ServerError; isFatal: boolean } {
  const fields: Record<string, string> = {}
  let severity = ''
  for (let offset = from; offset < to && bytes[offset] !== 0;) {
    const field = String.fromCharCode(bytes[offset] ?? 0)
    const end = bytes.indexOf(0, offset + 1)
    const text = bytes.toString('utf8', offset + 1, end)
    // `S` is in the server's language, `V` is not.
    if (field === 'V') severity = text
    const name = fieldNames[field]
    if (name !== undefined) fields[name] = text
    offset = end + 1
  }
  const { message, ...others } = fields
  const error = Object.assign(new Error(message), { severity: '', code: '' }, others)
  return { error, isFatal: severity === 'FATAL' || severity === 'PANIC' }
}
