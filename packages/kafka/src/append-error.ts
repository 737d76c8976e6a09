import { HubError } from '@samspill/contracts'

/** What an adapter found out about a failed append. */
export interface AppendFailure extends ErrorOptions {
  /** `not-written`: surely not in the log. `unknown`: perhaps in the log, so that sending again may duplicate. */
  readonly outcome: 'not-written' | 'unknown'
  /** True where the same records may succeed later. */
  readonly retriable: boolean
  /** True where the writer can write no more until it is rebuilt: the broker has lost or fenced its identity. */
  readonly rebuildWriter?: boolean
}

/** Why records were not acknowledged; every adapter maps its client's errors to this. */
export class AppendError extends HubError {
  readonly outcome: 'not-written' | 'unknown'
  readonly retriable: boolean
  readonly rebuildWriter: boolean

  constructor(code: string, message: string, failure: AppendFailure) {
    super(code, message, failure.cause === undefined ? undefined : { cause: failure.cause })
    this.outcome = failure.outcome
    this.retriable = failure.retriable
    this.rebuildWriter = failure.rebuildWriter ?? false
  }
}
