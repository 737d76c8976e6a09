/** The facts a log line of this package may carry: none of them is a value from a row. */
export interface LogFields {
  readonly error?: unknown
  readonly topic?: string
  readonly partition?: number
  readonly eventType?: string
  readonly eventId?: string
  readonly count?: number
  readonly milliseconds?: number
  readonly reason?: string
}

/** Where this package reports what an operator should know. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}
