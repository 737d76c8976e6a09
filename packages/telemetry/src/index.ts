export { startTelemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts'
export { type ActiveSpan, type SpanOptions, type Tracing } from './tracing.ts'
export { traceIdOf, traceParentOf, type TraceParent } from './trace-parent.ts'
export { type AttributeName, type MessagingOperation, type SpanAttributes } from './attributes.ts'
export { correctionAttributes } from './correction-attributes.ts'
export { type FinishedSpan } from './finished-span.ts'
export { type LineWriter, type Log, type LogFields, type LogLevel } from './log.ts'
export { describeError, errorType, type ErrorDescription } from './error-description.ts'
export {
  joinMetrics,
  type CounterMetric,
  type GaugeMetric,
  type HistogramMetric,
  type LabelName,
  type Labels,
  type Metrics,
} from './metrics.ts'
