import { HubError } from '@samspill/contracts'

/** What a log line says of an error. */
export interface ErrorDescription {
  readonly name: string
  readonly code?: string
  readonly message: string
  readonly stack?: string
  readonly cause?: ErrorDescription
}

const deepestCause = 4

/**
 * Describes an error by name, code and message, with its causes. Only the hub's own messages are free of data by rule:
 * in others quoted text is left out, and the fields around the message (PostgreSQL's `detail` holds rows) are not read.
 */
export function describeError(error: unknown, options: { readonly stack: boolean }, depth = 1): ErrorDescription {
  if (!(error instanceof Error)) return { name: typeof error, message: 'something that is not an error was thrown' }
  const code = errorCode(error)
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    message: error instanceof HubError || quotesOnlyNames(error) ? error.message : withoutQuotes(error.message),
    ...(options.stack ? { stack: frames(error) } : {}),
    ...(error.cause === undefined || depth === deepestCause
      ? {}
      : { cause: describeError(error.cause, options, depth + 1) }),
  }
}

/** The stable word for an error: its code, or the name of its class. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return 'not-an-error'
  return errorCode(error) ?? error.name
}

function errorCode(error: Error): string | undefined {
  return 'code' in error && (typeof error.code === 'string' || typeof error.code === 'number')
    ? String(error.code)
    : undefined
}

/** PostgreSQL quotes names of tables and columns, except where the data (22), a row (23) or a trigger (P0) is at fault. */
function quotesOnlyNames(error: Error): boolean {
  return 'severity' in error && !/^(22|23|P0)/.test(errorCode(error) ?? '22')
}

function withoutQuotes(message: string): string {
  return message.replace(/"[^"]*"?|(?<![a-zA-Z])'[^']*'?|`[^`]*`?/g, '"…"')
}

/** The stack without its first lines, which repeat the message. */
function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
