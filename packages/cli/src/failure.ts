import { HubError } from '@samspill/contracts'

/** A failure as JSON, for scripts. */
export interface FailureReport {
  readonly error: { readonly code: string; readonly message: string }
}

/** An error as a script reads it. */
export function reportOf(thrown: unknown): FailureReport {
  const error = firstOf(thrown)
  return { error: { code: codeOf(error), message: sentenceOf(error) } }
}

/** An error as a person reads it: a sentence and its code; a bug of ours keeps its stack. */
export function textOf(thrown: unknown): string {
  const error = firstOf(thrown)
  if (error instanceof HubError) return `${sentenceOf(error)} [${error.code}]`
  if (error instanceof Error) return `this is a bug in samspill: ${error.stack ?? error.message}`
  return String(error)
}

/** Where cleaning up failed too, what went wrong first: the rest mostly follows from it. */
function firstOf(error: unknown): unknown {
  return error instanceof SuppressedError ? firstOf(error.suppressed) : error
}

function codeOf(error: unknown): string {
  return error instanceof HubError ? error.code : 'unexpected'
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
