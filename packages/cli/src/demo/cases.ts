import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import type { Case } from './report.ts'

/** What Jaeger tells of some layoffs. */
export interface TracedCases {
  /** The longest way first. */
  readonly cases: readonly Case[]
  /** The slowest first. */
  readonly steps: readonly Step[]
}

/** One kind of step in the traces that were looked at. */
export interface Step {
  readonly service: string
  readonly name: string
  readonly count: number
  readonly medianMilliseconds: number
  readonly longestMilliseconds: number
}

const enoughServices = 4
const longestWaitMilliseconds = 20_000
const caseService = 'wage-compensation'
const stepsShown = 6

/**
 * Finds layoffs' traces by the events' ids, waiting a little for spans that are still on their way. Throws
 * `jaeger-unavailable`.
 */
export async function tracedCases(
  jaeger: string,
  eventIds: readonly string[],
  signal: AbortSignal,
): Promise<TracedCases> {
  for (const end = Date.now() + longestWaitMilliseconds; ; await wait(1_000)) {
    signal.throwIfAborted()
    const traces = (await Promise.all(eventIds.map((id) => traceOf(jaeger, id, signal)))).flat()
    const cases = traces
      .map(({ eventId, trace }) => caseOf(eventId, trace))
      .toSorted((one, other) => other.services.length - one.services.length || other.spans - one.spans)
    const complete = cases.length === eventIds.length && (cases[0]?.services.length ?? 0) >= enoughServices
    if (complete || Date.now() > end) return { cases, steps: stepsOf(traces.map(({ trace }) => trace)) }
  }
}

async function traceOf(
  jaeger: string,
  eventId: string,
  signal: AbortSignal,
): Promise<readonly { readonly eventId: string; readonly trace: Trace }[]> {
  const query = new URLSearchParams({
    service: caseService,
    tags: JSON.stringify({ 'messaging.message.id': eventId }),
    lookback: '1h',
    limit: '1',
  })
  const [trace] = await ask(`${jaeger}/api/traces?${query}`, signal)
  return trace === undefined ? [] : [{ eventId, trace }]
}

async function ask(url: string, signal: AbortSignal): Promise<readonly Trace[]> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]) })
    if (!response.ok) throw new Error(`Jaeger answered ${response.status}`)
    return ((await response.json()) as { readonly data: readonly Trace[] | null }).data ?? []
  } catch (cause) {
    signal.throwIfAborted()
    throw new HubError('jaeger-unavailable', 'Jaeger does not answer: look with `samspill status`', { cause })
  }
}

function caseOf(eventId: string, trace: Trace): Case {
  const services = new Set(
    trace.spans
      .filter((span) => span.tags.some((tag) => tag.key === 'messaging.operation.name' && isStep(tag.value)))
      .map((span) => trace.processes[span.processID]?.serviceName ?? ''),
  )
  return { eventId, traceId: trace.traceID, services: Array.from(services).toSorted(), spans: trace.spans.length }
}

function isStep(operation: unknown): boolean {
  return operation === 'process' || operation === 'publish'
}

function stepsOf(traces: readonly Trace[]): readonly Step[] {
  const durations = new Map<string, { service: string; name: string; milliseconds: number[] }>()
  for (const { spans, processes } of traces) {
    for (const span of spans) {
      const service = processes[span.processID]?.serviceName ?? ''
      const key = JSON.stringify([service, span.operationName])
      const step = durations.get(key) ?? { service, name: span.operationName, milliseconds: [] }
      step.milliseconds.push(span.duration / 1000)
      durations.set(key, step)
    }
  }
  return Array.from(durations.values(), ({ service, name, milliseconds }) => {
    const sorted = milliseconds.toSorted((one, other) => one - other)
    return {
      service,
      name,
      count: sorted.length,
      medianMilliseconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
      longestMilliseconds: sorted.at(-1) ?? 0,
    }
  })
    .toSorted((one, other) => other.medianMilliseconds - one.medianMilliseconds)
    .slice(0, stepsShown)
}

/** A trace as Jaeger's API gives it; durations are microseconds. */
interface Trace {
  readonly traceID: string
  readonly spans: readonly {
    readonly operationName: string
    readonly processID: string
    readonly duration: number
    readonly tags: readonly { readonly key: string; readonly value: unknown }[]
  }[]
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>
}
