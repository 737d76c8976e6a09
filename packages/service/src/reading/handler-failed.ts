import { HubError } from '@samspill/contracts'
import type { PlannedEvent } from './planned-record.ts'

/** A handler threw: the batch is rolled back. `guilty` is the event it was handling, where that is known. */
export class HandlerFailed extends HubError {
  readonly guilty: PlannedEvent | undefined

  constructor(guilty: PlannedEvent | undefined, cause: unknown) {
    super('handler-failed', 'a handler failed', { cause })
    this.guilty = guilty
  }
}
