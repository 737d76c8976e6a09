import { type AsyncLocalStorage } from 'node:async_hooks'
import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span,
  type SpanContext,
  type Tracer,
} from '@opentelemetry/api'
import type { SpanAttributes } from './attributes.ts'
import { errorType } from './error-description.ts'
import type { NumberNet } from './number-net.ts'
import type { TraceIdGenerator } from './trace-id-generator.ts'
import { idsOf, remoteSpanContext, traceparentOf, type SpanIds, type TraceParent } from './trace-parent.ts'
import { UnrecordedSpan } from './unrecorded-span.ts'

export interface SpanOptions {
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** Left out: the active span, or a new trace where none is active. */
  readonly parent?: TraceParent | undefined
  /** Other spans that led here. Those told by `traceOf` name no span and are left out. */
  readonly links?: readonly TraceParent[] | undefined
  /** A function is called only where the span is recorded. */
  readonly attributes?: SpanAttributes | (() => SpanAttributes) | undefined
  /** Milliseconds since 1970; left out: now. */
  readonly startTime?: number | undefined
}

/** A span that has been started and not yet ended. */
export interface ActiveSpan {
  /** W3C trace context for what follows from this span, also where the span itself is not recorded. */
  readonly traceparent: string
  readonly tracestate?: string
  readonly traceId: string
  set(attributes: SpanAttributes): void
  /** Links an earlier span that this one rests on too; one told by `traceOf` names no span and is left out. */
  link(earlier: TraceParent): void
  /** Marks the span as failed with the error's code or class; its message stays out, since it may hold data. */
  fail(error: unknown): void
  /** Ends the span. Ending twice does nothing. */
  end(): void
}

export interface Tracing {
  /** Runs work inside a span, which ends with it; an error of the work marks the span and is thrown on. */
  span<T>(name: string, options: SpanOptions, work: (span: ActiveSpan) => Promise<T> | T): Promise<T>
  /** Starts a span that the caller ends: for work whose parts do not nest. It does not become the active span. */
  start(name: string, options: SpanOptions): ActiveSpan
}

const kinds: Record<SpanOptions['kind'], SpanKind> = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

const contexts = new WeakMap<ActiveSpan, Context>()

/** Makes the tracing of one service on a tracer of its own; nothing global is touched. */
export function createTracing(
  tracer: Tracer,
  ids: TraceIdGenerator,
  net: NumberNet,
  current: AsyncLocalStorage<ActiveSpan>,
  isSampled: (traceId: string) => boolean,
): Tracing {
  const start = (name: string, options: SpanOptions): ActiveSpan => {
    const { parent } = options
    if (parent instanceof UnrecordedSpan) return parent
    const passedOn = parent === undefined || 'traceOf' in parent ? undefined : unrecordedRemote(parent)
    if (passedOn !== undefined) return passedOn
    const remote =
      parent === undefined || 'traceOf' in parent ? undefined : remoteSpanContext(withoutNationalNumbers(parent, net))
    const active = parent === undefined ? current.getStore() : undefined
    const root = remote === undefined && active === undefined ? idsOfRoot(parent) : undefined
    const unrecorded = unrecordedSpan(root, remote, active)
    if (unrecorded !== undefined) return unrecorded
    const spanOptions = {
      kind: kinds[options.kind],
      links: linksTo(options.links ?? []),
      attributes: cleanAttributes(attributesOf(options), net),
      ...(options.startTime === undefined ? {} : { startTime: options.startTime }),
    }
    if (root !== undefined) {
      const span = ids.withTraceId(root.traceId, () => tracer.startSpan(name, spanOptions, ROOT_CONTEXT))
      return activeSpan(span, net)
    }
    const context =
      remote === undefined
        ? ((active && contexts.get(active)) ?? ROOT_CONTEXT)
        : trace.setSpanContext(ROOT_CONTEXT, remote)
    return activeSpan(tracer.startSpan(name, spanOptions, context), net)
  }

  const idsOfRoot = (parent: TraceParent | undefined): SpanIds => {
    if (parent !== undefined && 'traceOf' in parent) return idsOf(parent.traceOf)
    return { traceId: ids.generateTraceId(), spanId: ids.generateSpanId() }
  }

  /** Most traces are not recorded where only a share is: what they need is made here, without OpenTelemetry. */
  const unrecordedSpan = (
    root: SpanIds | undefined,
    remote: SpanContext | undefined,
    active: ActiveSpan | undefined,
  ): UnrecordedSpan | undefined => {
    if (root !== undefined) return isSampled(root.traceId) ? undefined : new UnrecordedSpan(unrecordedText(root))
    if (remote !== undefined) {
      if ((remote.traceFlags & TraceFlags.SAMPLED) !== 0) return undefined
      return new UnrecordedSpan(unrecordedText(remote), remote.traceState?.serialize())
    }
    return active instanceof UnrecordedSpan ? active : undefined
  }

  const recorded = async <T>(span: ActiveSpan, work: (span: ActiveSpan) => Promise<T> | T): Promise<T> => {
    try {
      return await current.run(span, work, span)
    } catch (error) {
      span.fail(error)
      throw error
    } finally {
      span.end()
    }
  }

  return {
    start,
    span(name, options, work) {
      const span = start(name, options)
      if (!(span instanceof UnrecordedSpan)) return recorded(span, work)
      // Nothing is to be done at its end, so nobody has to wait for it.
      try {
        return Promise.resolve(current.run(span, work, span))
      } catch (error) {
        return Promise.reject(error as Error)
      }
    },
  }
}

function activeSpan(span: Span, net: NumberNet): ActiveSpan {
  const context = span.spanContext()
  const tracestate = context.traceState?.serialize()
  let ended = false
  const active: ActiveSpan = {
    traceId: context.traceId,
    traceparent: traceparentOf(context),
    ...(tracestate === undefined || tracestate === '' ? {} : { tracestate }),
    set: (attributes) => void span.setAttributes(cleanAttributes(attributes, net)),
    link: (earlier) => void span.addLinks(linksTo([earlier])),
    fail(error) {
      span.setStatus({ code: SpanStatusCode.ERROR })
      span.setAttribute('error.type', errorType(error))
    },
    end() {
      if (!ended) span.end()
      ended = true
    },
  }
  contexts.set(active, trace.setSpan(ROOT_CONTEXT, span))
  return active
}

/** W3C trace context of version 00 that says it is not recorded, without tracestate: what most events carry. */
const notSampled = /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/
const zeroTrace = '0'.repeat(32)
const zeroSpan = '0'.repeat(16)

/** The same without looking at more than its text; undefined where it takes a closer look. */
function unrecordedRemote(parent: {
  readonly traceparent: string
  readonly tracestate?: string | undefined
}): UnrecordedSpan | undefined {
  const { traceparent, tracestate } = parent
  if (tracestate !== undefined || !notSampled.test(traceparent)) return undefined
  // Ids of zeros alone are not valid.
  if (traceparent.startsWith(zeroTrace, 3) || traceparent.startsWith(zeroSpan, 36)) return undefined
  return new UnrecordedSpan(traceparent)
}

function unrecordedText({ traceId, spanId }: SpanIds): string {
  return `00-${traceId}-${spanId}-00`
}

function attributesOf({ attributes }: SpanOptions): SpanAttributes {
  return (typeof attributes === 'function' ? attributes() : attributes) ?? {}
}

function linksTo(parents: readonly TraceParent[]): Link[] {
  return parents.flatMap((parent) => {
    const context = 'traceparent' in parent ? remoteSpanContext(parent) : undefined
    return context === undefined ? [] : [{ context }]
  })
}

function cleanAttributes(attributes: SpanAttributes, net: NumberNet): Record<string, string | number | boolean> {
  const clean: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(attributes)) {
    clean[name] = typeof value === 'string' ? net.clean(value) : value
  }
  return clean
}

/** The tracestate comes from outside and is exported with each span. */
function withoutNationalNumbers(
  parent: { traceparent: string; tracestate?: string | undefined },
  net: NumberNet,
): { traceparent: string; tracestate?: string | undefined } {
  const { traceparent, tracestate } = parent
  return tracestate !== undefined && net.holdsNationalNumber(tracestate) ? { traceparent } : parent
}
