import { HubError } from '@samspill/contracts'
import { StatementError } from '@samspill/postgres'

/** What is wrong in the definition or the set-up. */
const mistakes: ReadonlySet<string> = new Set([
  'stream-foreign',
  'stream-keyed-by-publisher',
  'key-secret-missing',
  'subscription-twice',
  'schema-name-invalid',
  'migrations-misnumbered',
  'migration-changed',
])

/** SQLSTATE classes that speak of the statement: unsupported, data, constraints, syntax and names. */
const ofTheStatement = /^(0A|22|23|42)/

/** True where waiting may mend why a service did not start: also a full disk, a deadlock, a standby. */
export function isPassing(error: unknown): error is HubError {
  if (error instanceof StatementError) return !ofTheStatement.test(error.sqlState)
  return error instanceof HubError && !mistakes.has(error.code)
}
