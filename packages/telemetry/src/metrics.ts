import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** The names a metric's label may have: each has few values, and none of them is about a person. */
export type LabelName =
  | 'topic'
  | 'partition'
  | 'stream'
  | 'subscription'
  | 'event_type'
  | 'outcome'
  | 'operation'
  | 'reason'
  | 'code'
  | 'method'
  | 'route'
  | 'status'
  | 'level'

export type Labels<Name extends LabelName> = Readonly<Partial<Record<Name, string | number>>>

export interface CounterMetric<Name extends LabelName> {
  /** Adds one, or `amount`. */
  add(labels?: Labels<Name>, amount?: number): void
}

export interface GaugeMetric<Name extends LabelName> {
  set(value: number, labels?: Labels<Name>): void
  /** Forgets one set of labels, or all, e.g. when a partition is no longer ours. */
  remove(labels?: Labels<Name>): void
}

export interface HistogramMetric<Name extends LabelName> {
  /** Takes one measurement, in the unit that the metric's name ends with. */
  observe(value: number, labels?: Labels<Name>): void
}

/** The metrics of one service. Asking twice for one name gives the same metric. */
export interface Metrics {
  counter<Name extends LabelName = never>(name: string, help: string, labels?: readonly Name[]): CounterMetric<Name>
  /** `collect` runs before each reading and sets what is only known then. */
  gauge<Name extends LabelName = never>(
    name: string,
    help: string,
    labels?: readonly Name[],
    collect?: (gauge: GaugeMetric<Name>) => void | Promise<void>,
  ): GaugeMetric<Name>
  histogram<Name extends LabelName = never>(
    name: string,
    help: string,
    labels?: readonly Name[],
    buckets?: readonly number[],
  ): HistogramMetric<Name>
  /** All metrics in Prometheus' text form. */
  text(): Promise<string>
  readonly contentType: string
}

/** The metrics of several services as one text, in which each name is described once. */
export function joinMetrics(services: readonly Pick<Metrics, 'text'>[]): Pick<Metrics, 'text' | 'contentType'> {
  return {
    async text() {
      const texts = await Promise.all(services.map((service) => service.text()))
      const families = new Map<string, string>()
      for (const family of texts.flatMap((text) => text.trim().split(/\n+(?=# HELP )/))) {
        const [help = '', type = '', ...samples] = family.trimEnd().split('\n')
        const heading = families.get(help) ?? `${help}\n${type}\n`
        families.set(help, heading + samples.map((sample) => `${sample}\n`).join(''))
      }
      return [...families.values()].join('\n')
    },
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
  }
}

/** Seconds from a tenth of a millisecond to a minute. */
const secondsBuckets = [0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** The event loop's delay is looked at so often: every 10 ms, as is usual, would wake an idle process 100 times a second. */
const loopDelayMilliseconds = 500

/** Makes the metrics of one service, with those of its process. `clear` forgets them all. */
export function createMetrics(service: string): Metrics & { clear(): void } {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopDelayMilliseconds })
  const made = new Map<string, unknown>()

  const once = <Metric>(name: string, make: () => Metric): Metric => {
    const metric = (made.get(name) as Metric | undefined) ?? make()
    made.set(name, metric)
    return metric
  }

  return {
    counter: <Name extends LabelName>(name: string, help: string, labels: readonly Name[] = []) =>
      once<CounterMetric<Name>>(name, () => {
        const counter = new Counter<Name>({ name, help, labelNames: labels, registers: [registry] })
        return {
          add: (values, amount = 1) => (values === undefined ? counter.inc(amount) : counter.inc(values, amount)),
        }
      }),
    gauge: <Name extends LabelName>(
      name: string,
      help: string,
      labels: readonly Name[] = [],
      collect?: (gauge: GaugeMetric<Name>) => void | Promise<void>,
    ) =>
      once<GaugeMetric<Name>>(name, () => {
        const gauge = new Gauge<Name>({
          name,
          help,
          labelNames: labels,
          registers: [registry],
          ...(collect === undefined ? {} : { collect: () => collect(metric) }),
        })
        const metric: GaugeMetric<Name> = {
          set: (value, values) => (values === undefined ? gauge.set(value) : gauge.set(values, value)),
          remove: (values) => (values === undefined ? gauge.reset() : gauge.remove(values)),
        }
        return metric
      }),
    histogram: <Name extends LabelName>(
      name: string,
      help: string,
      labels: readonly Name[] = [],
      buckets: readonly number[] = secondsBuckets,
    ) =>
      once<HistogramMetric<Name>>(name, () => {
        const histogram = new Histogram<Name>({
          name,
          help,
          labelNames: labels,
          buckets: [...buckets],
          registers: [registry],
        })
        return {
          observe: (value, values) =>
            values === undefined ? histogram.observe(value) : histogram.observe(values, value),
        }
      }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    clear: () => registry.clear(),
  }
}
