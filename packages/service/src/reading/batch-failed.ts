import { HubError } from '@samspill/contracts'
import type { PlannedEvent } from './planned-record.ts'

/** Why an event was not handled, and the span of the attempt. */
export interface HandlerFailure {
  readonly error: unknown
  readonly traceparent: string | undefined
}

/** Handlers failed: the batch is rolled back. It names all that are known to have failed in this attempt. */
export class BatchFailed extends HubError {
  /** Empty where the failure is nobody's that could be named. */
  readonly failures: ReadonlyMap<PlannedEvent, HandlerFailure>
  /** Those whose handlers came to their end. */
  readonly passed: readonly PlannedEvent[]

  constructor(
    failures: ReadonlyMap<PlannedEvent, HandlerFailure>,
    passed: readonly PlannedEvent[],
    options?: ErrorOptions,
  ) {
    super('handler-failed', 'a handler failed', options)
    this.failures = failures
    this.passed = passed
  }
}

/** Not all of a batch's events are to be handled, though nothing had said so: it is rolled back, and run again with care. */
export class BelievedWrongly extends Error {}
