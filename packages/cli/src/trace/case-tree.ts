import type { JaegerSpan, JaegerTrace } from './jaeger-api.ts'

/** The case that an event belongs to: one trace, as a tree of what each service did. */
export interface Case {
  readonly traceId: string
  /** Every service with a span in it, in order of appearance. */
  readonly services: readonly string[]
  readonly spans: number
  /** From the first span's start to the last one's end. */
  readonly milliseconds: number
  readonly roots: readonly Step[]
}

/** One span with what followed from it. */
export interface Step {
  readonly spanId: string
  readonly service: string
  readonly operation: string
  /** Milliseconds after the case began. */
  readonly after: number
  readonly milliseconds: number
  /** The event the span is about. */
  readonly eventId: string | undefined
  readonly eventType: string | undefined
  /** The earlier event that the span's event corrects. */
  readonly corrects: string | undefined
  /** True: the event takes the earlier one back. */
  readonly annuls: boolean
  /** The failure's code; undefined where it went well. */
  readonly failure: string | undefined
  /** Traces of other cases that led to this step too. */
  readonly links: readonly string[]
  /** Its cause is not in the trace: the tree is broken here. */
  readonly lostParent: boolean
  readonly steps: readonly Step[]
}

/** Makes the tree of a trace; what came first stands first. */
export function caseOf(trace: JaegerTrace): Case {
  const spans = trace.spans.toSorted((one, other) => one.startTime - other.startTime)
  const begin = spans[0]?.startTime ?? 0
  const end = Math.max(begin, ...spans.map((span) => span.startTime + span.duration))
  const known = new Set(spans.map((span) => span.spanID))
  const parentOf = (span: JaegerSpan): string | undefined =>
    span.references.find(({ refType, traceID }) => refType === 'CHILD_OF' && traceID === trace.traceID)?.spanID
  const children = Map.groupBy(spans, (span) => {
    const parent = parentOf(span)
    return parent !== undefined && known.has(parent) ? parent : ''
  })
  const serviceOf = (span: JaegerSpan): string => trace.processes[span.processID]?.serviceName ?? 'unknown'
  const stepOf = (span: JaegerSpan): Step => ({
    spanId: span.spanID,
    service: serviceOf(span),
    operation: span.operationName,
    after: (span.startTime - begin) / 1_000,
    milliseconds: span.duration / 1_000,
    eventId: tagOf(span, 'messaging.message.id'),
    eventType: tagOf(span, 'samspill.event.type'),
    corrects: tagOf(span, 'samspill.corrects'),
    annuls: tagOf(span, 'samspill.annuls') === 'true',
    failure: failureOf(span),
    links: otherTraces(span, trace.traceID),
    lostParent: parentOf(span) !== undefined && !known.has(parentOf(span) ?? ''),
    steps: (children.get(span.spanID) ?? []).map(stepOf),
  })
  return {
    traceId: trace.traceID,
    services: [...new Set(spans.map(serviceOf))],
    spans: spans.length,
    milliseconds: (end - begin) / 1_000,
    roots: (children.get('') ?? []).map(stepOf),
  }
}

/** All steps of a case, in the order in which they are drawn. */
export function stepsOf({ roots }: Pick<Case, 'roots'>): readonly Step[] {
  const below = (step: Step): readonly Step[] => [step, ...step.steps.flatMap(below)]
  return roots.flatMap(below)
}

/** A decision often rests on several events of one other case, and on earlier ones of its own. */
function otherTraces(span: JaegerSpan, own: string): readonly string[] {
  const linked = span.references.filter(({ refType }) => refType === 'FOLLOWS_FROM').map(({ traceID }) => traceID)
  return [...new Set(linked)].filter((traceId) => traceId !== own)
}

function tagOf(span: JaegerSpan, key: string): string | undefined {
  const value = span.tags.find((tag) => tag.key === key)?.value
  return typeof value === 'string' ? value : value === undefined ? undefined : JSON.stringify(value)
}

function failureOf(span: JaegerSpan): string | undefined {
  return tagOf(span, 'error') === 'true' ? (tagOf(span, 'error.type') ?? 'failed') : undefined
}
