import { HubError } from '@samspill/contracts'

/** A failure as JSON, for scripts. */
export interface FailureReport {
  readonly error: { readonly code: string; readonly message: string }
}

/** An error as a script reads it. */
export function reportOf(error: unknown): FailureReport {
  return { error: { code: codeOf(error), message: sentenceOf(error) } }
}

/** An error as a person reads it: a sentence and its code; a bug of ours keeps its stack. */
export function textOf(error: unknown): string {
  if (error instanceof HubError) return `${sentenceOf(error)} [${error.code}]`
  if (error instanceof Error) return `this is a bug in samspill: ${error.stack ?? error.message}`
  return String(error)
}

function codeOf(error: unknown): string {
  return error instanceof HubError ? error.code : 'unexpected'
}

function sentenceOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
