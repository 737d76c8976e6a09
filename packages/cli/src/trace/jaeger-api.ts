import { HubError } from '@samspill/contracts'

const lookbackMicroseconds = 7 * 24 * 3_600 * 1_000_000

/** A trace as Jaeger's HTTP API gives it; only what is read here. */
export interface JaegerTrace {
  readonly traceID: string
  readonly spans: readonly JaegerSpan[]
  readonly processes: Readonly<Record<string, { readonly serviceName: string }>>
}

/** One span as Jaeger's HTTP API gives it. */
export interface JaegerSpan {
  readonly traceID: string
  readonly spanID: string
  readonly operationName: string
  readonly processID: string
  readonly references: readonly { readonly refType: string; readonly traceID: string; readonly spanID: string }[]
  /** Microseconds since 1970. */
  readonly startTime: number
  /** Microseconds. */
  readonly duration: number
  readonly tags: readonly { readonly key: string; readonly value: unknown }[]
}

/** Reads traces from a Jaeger. Methods throw `jaeger-unavailable`. */
export interface JaegerApi {
  /** All traces of the last week that have a span about this event, whichever service made it. */
  tracesOfEvent(eventId: string): Promise<readonly JaegerTrace[]>
  /** All traces of the last week in which an event was published that corrects this one, or takes it back. */
  tracesOfCorrections(eventId: string): Promise<readonly JaegerTrace[]>
  /** One trace by its id; undefined where there is none. */
  trace(traceId: string): Promise<JaegerTrace | undefined>
  services(): Promise<readonly string[]>
}

/** Speaks with a Jaeger at an address such as `http://127.0.0.1:16686`. */
export function jaegerApi(
  url: string,
  options: { readonly now?: () => number; readonly fetch?: (url: string, init: RequestInit) => Promise<Response> } = {},
): JaegerApi {
  const { now = Date.now, fetch: request = fetch } = options
  const get = (path: string): Promise<unknown> => read(url, path, request)
  const services = async (): Promise<readonly string[]> => ((await get('/api/services')) ?? []) as readonly string[]
  const trace = async (traceId: string): Promise<JaegerTrace | undefined> => {
    const traces = (await get(`/api/traces/${encodeURIComponent(traceId)}`)) as readonly JaegerTrace[] | undefined
    return traces?.[0]
  }
  const tracesTagged = async (tag: string, value: string): Promise<readonly JaegerTrace[]> => {
    const end = now() * 1_000 + 60_000_000
    const ids = await Promise.all(
      (await services()).map(async (service) => {
        const query = new URLSearchParams({
          service,
          tags: JSON.stringify({ [tag]: value }),
          start: String(end - lookbackMicroseconds),
          end: String(end),
          limit: '20',
        })
        const found = (await get(`/api/traces?${query.toString()}`)) as readonly JaegerTrace[] | undefined
        return (found ?? []).map(({ traceID }) => traceID)
      }),
    )
    const traces = await Promise.all([...new Set(ids.flat())].map(trace))
    return traces.filter((found) => found !== undefined)
  }
  return {
    services,
    trace,
    tracesOfEvent: (eventId) => tracesTagged('messaging.message.id', eventId),
    tracesOfCorrections: (eventId) => tracesTagged('samspill.corrects', eventId),
  }
}

async function read(
  url: string,
  path: string,
  request: (url: string, init: RequestInit) => Promise<Response>,
): Promise<unknown> {
  try {
    const response = await request(url + path, { signal: AbortSignal.timeout(10_000) })
    // Jaeger answers 404 where there is no such trace.
    if (response.status === 404) return undefined
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    return ((await response.json()) as { readonly data?: unknown }).data ?? undefined
  } catch (cause) {
    throw new HubError('jaeger-unavailable', `Jaeger at ${url} does not answer: see \`samspill status\``, { cause })
  }
}
