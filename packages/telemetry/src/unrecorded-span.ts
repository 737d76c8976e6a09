import type { ActiveSpan } from './tracing.ts'

/** A span of a trace that is not recorded: it says where what follows belongs, and does nothing else. */
export class UnrecordedSpan implements ActiveSpan {
  readonly traceparent: string
  readonly tracestate?: string

  /** `traceparent` is W3C trace context of version 00. */
  constructor(traceparent: string, tracestate?: string) {
    this.traceparent = traceparent
    if (tracestate !== undefined && tracestate !== '') this.tracestate = tracestate
  }

  get traceId(): string {
    return this.traceparent.slice(3, 35)
  }

  set(): void {}
  link(): void {}
  fail(): void {}
  end(): void {}
}
