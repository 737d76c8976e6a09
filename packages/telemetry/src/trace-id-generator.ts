import { RandomIdGenerator, type IdGenerator } from '@opentelemetry/sdk-trace'

/** Random ids, but for a trace id chosen for the one root span that is started meanwhile. */
export interface TraceIdGenerator extends IdGenerator {
  /** Starts spans with this trace id for as long as `start` runs, which must not wait for anything. */
  withTraceId<T>(traceId: string, start: () => T): T
}

/** Makes the generator of one provider. */
export function createTraceIdGenerator(): TraceIdGenerator {
  const random = new RandomIdGenerator()
  let chosen: string | undefined
  return {
    generateTraceId: () => chosen ?? random.generateTraceId(),
    generateSpanId: () => random.generateSpanId(),
    withTraceId(traceId, start) {
      chosen = traceId
      try {
        return start()
      } finally {
        chosen = undefined
      }
    },
  }
}
