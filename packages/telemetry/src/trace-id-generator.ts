import { randomFillSync } from 'node:crypto'
import type { IdGenerator } from '@opentelemetry/sdk-trace'

/** Random ids, but for a trace id chosen for the one root span that is started meanwhile. */
export interface TraceIdGenerator extends IdGenerator {
  /** Starts spans with this trace id for as long as `start` runs, which must not wait for anything. */
  withTraceId<T>(traceId: string, start: () => T): T
}

/** Makes the generator of one provider. */
export function createTraceIdGenerator(): TraceIdGenerator {
  // Many ids are drawn at once: that is most of what one costs.
  const random = Buffer.allocUnsafe(4_096)
  let used = random.length
  const digits = (bytes: number): string => {
    if (used + bytes > random.length) {
      randomFillSync(random)
      used = 0
    }
    used += bytes
    return random.toString('hex', used - bytes, used)
  }
  let chosen: string | undefined
  return {
    generateTraceId: () => chosen ?? digits(16),
    generateSpanId: () => digits(8),
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
