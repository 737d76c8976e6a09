import { AsyncLocalStorage } from 'node:async_hooks'
import { ExportResultCode, type ExportResult } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter, type SpanProcessor } from '@opentelemetry/sdk-trace'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'

const complainEveryMilliseconds = 60_000

/**
 * Sends finished spans to an OTLP endpoint (`<url>/v1/traces`) in the background. The queue is bounded and drops what does not fit;
 * a collector that is away costs spans, never work, and is complained of once a minute at most.
 */
export function otlpProcessor(url: string, log: Log, metrics: Metrics, now: () => number): SpanProcessor {
  const exporter = new OTLPTraceExporter({ url: `${url.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: 3_000 })
  return new BatchSpanProcessor({
    exporter: complaining(exporter, log, metrics, now),
    maxQueueSize: 20_000,
    maxExportBatchSize: 1_000,
    scheduledDelayMillis: 500,
    exportTimeoutMillis: 4_000,
  })
}

function complaining(exporter: SpanExporter, log: Log, metrics: Metrics, now: () => number): SpanExporter {
  const lost = metrics.counter('samspill_spans_lost_total', 'Spans that could not be sent to the trace collector')
  // An export starts from whichever span ended last, and must not be told as a part of that one's trace.
  const outsideOfSpans = AsyncLocalStorage.snapshot()
  let lastComplaint = Number.NEGATIVE_INFINITY
  const complain = (error: unknown, count: number): void => {
    lost.add(undefined, count)
    if (now() - lastComplaint < complainEveryMilliseconds) return
    lastComplaint = now()
    outsideOfSpans(() => log.warn('traces cannot be sent; work goes on without them', { error, count }))
  }
  return {
    export(spans: ReadableSpan[], done: (result: ExportResult) => void) {
      exporter.export(spans, (result) => {
        if (result.code === ExportResultCode.FAILED) complain(result.error, spans.length)
        // Told as success, since the processor's own error handler is global and would say it all again.
        done({ code: ExportResultCode.SUCCESS })
      })
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush === undefined ? {} : { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  }
}
