import type { ActiveSpan } from './tracing.ts'

/** A span of a trace that is not recorded: it says where what follows belongs, and does nothing else. */
export class UnrecordedSpan implements ActiveSpan {
  readonly traceId: string
  readonly traceparent: string
  readonly tracestate?: string

  constructor(traceId: string, spanId: string, tracestate?: string) {
    this.traceId = traceId
    this.traceparent = `00-${traceId}-${spanId}-00`
    if (tracestate !== undefined && tracestate !== '') this.tracestate = tracestate
  }

  set(): void {}
  link(): void {}
  fail(): void {}
  end(): void {}
}
