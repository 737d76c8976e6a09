import { AsyncLocalStorage } from 'node:async_hooks'
import { ROOT_CONTEXT } from '@opentelemetry/api'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { collectingProcessor, type FinishedSpan } from './finished-span.ts'
import { createLog, type LineWriter, type Log, type LogLevel } from './log.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createNumberNet } from './number-net.ts'
import { otlpProcessor } from './span-export.ts'
import { createTraceIdGenerator } from './trace-id-generator.ts'
import { createTracing, type ActiveSpan, type Tracing } from './tracing.ts'

/** What a service tells of itself. Disposing of it sends what is left, within three seconds. */
export interface Telemetry extends AsyncDisposable {
  readonly tracing: Tracing
  readonly log: Log
  readonly metrics: Metrics
}

export interface TelemetryOptions {
  /** The name of the service, in every span, line and metric. */
  readonly service: string
  /** Where an OTLP collector listens, e.g. `http://127.0.0.1:14318`; left out: no span is sent. */
  readonly otlpUrl?: string | undefined
  readonly logLevel: LogLevel
  /** The share of new traces that is recorded, 0 to 1; traces from elsewhere keep their own decision. */
  readonly sampleRatio?: number | undefined
  /** Where log lines go; left out: standard output. */
  readonly output?: LineWriter | undefined
  /** Called with each recorded span when it ends, for tests. */
  readonly collect?: ((span: FinishedSpan) => void) | undefined
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined
}

const longestFlushMilliseconds = 3_000

/** Starts traces, log and metrics for one service. Several may live in one process: nothing global is registered. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const metrics = createMetrics(options.service)
  const caught = metrics.counter(
    'samspill_national_numbers_caught_total',
    'National identity numbers taken out of logs and spans: each is a leak to be mended at its source',
  )
  const net = createNumberNet(() => caught.add())
  const ids = createTraceIdGenerator()
  const current = new AsyncLocalStorage<ActiveSpan>()
  const log = createLog({
    service: options.service,
    level: options.logLevel,
    output: options.output,
    net,
    activeTraceId: () => current.getStore()?.traceId,
  })
  const sampler = new TraceIdRatioBasedSampler(options.sampleRatio ?? 1)
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      'service.name': options.service,
      'service.namespace': 'samspill',
      'process.pid': process.pid,
    }),
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: sampler }),
    spanProcessors: [
      ...(options.otlpUrl === undefined ? [] : [otlpProcessor(options.otlpUrl, log, metrics, options.now ?? Date.now)]),
      ...(options.collect === undefined ? [] : [collectingProcessor(options.collect)]),
    ],
  })

  return {
    tracing: createTracing(provider.getTracer('samspill'), ids, net, current, (traceId) => {
      return sampler.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED
    }),
    log,
    metrics,
    async [Symbol.asyncDispose]() {
      let timer: NodeJS.Timeout | undefined
      const deadline = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), longestFlushMilliseconds)
      })
      try {
        const outcome = await Promise.race([provider.shutdown(), deadline])
        if (outcome === 'late') log.warn('stopped before the last traces were sent')
      } catch (error) {
        log.warn('the last traces could not be sent', { error })
      } finally {
        clearTimeout(timer)
        metrics.clear()
      }
    },
  }
}
