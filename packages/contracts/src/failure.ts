/** The base of every error of the hub: a stable code from the catalogue, a sentence for the caller, and a cause. */
export class HubError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** Thrown by a handler when no retry can help: a person must look. */
export class PermanentFailure extends HubError {
  constructor(message: string, options?: ErrorOptions) {
    super('permanent-failure', message, options)
  }
}

/** Thrown by a handler when something outside is away: try again, not before `afterMilliseconds` have passed. */
export class RetryLater extends HubError {
  readonly afterMilliseconds: number

  constructor(afterMilliseconds: number, message = 'something outside is away', options?: ErrorOptions) {
    super('retry-later', message, options)
    this.afterMilliseconds = afterMilliseconds
  }
}
