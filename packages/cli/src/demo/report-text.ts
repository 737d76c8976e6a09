import { agencies, streams } from '@samspill/schemas'
import type { Settlement } from '@samspill/testing'
import { table, type Terminal } from '../terminal.ts'
import type { Step } from './cases.ts'
import type { DemoReport } from './report.ts'

/** What a reader of the report needs besides: how the layoffs came out, and where to look further. */
export interface ReportContext {
  readonly settlement: Settlement
  readonly steps: readonly Step[]
  /** Events by the system they come from. */
  readonly publishedBy: ReadonlyMap<string, number>
  /** The services of the stack. */
  readonly services: readonly string[]
  /** Undefined where the stack has no Jaeger. */
  readonly jaeger: string | undefined
}

/** A day for people: tables of what was published and done, the slowest steps, and links. */
export function reportText(report: DemoReport, context: ReportContext, terminal: Terminal): string {
  const { settlement } = context
  const sections = [
    [`${settlement.laidOff} people were laid off: ${outcomes(settlement)}.`, ''],
    ['What each agency published', publishedTable(report)],
    ['What each service did', servicesTable(report, context)],
    context.steps.length === 0 ? undefined : ['The slowest steps', stepsTable(context.steps)],
    ['Look further', links(report, context)],
  ]
  return sections
    .flatMap((section) => (section === undefined ? [] : [section]))
    .map(([title = '', text = '']) => `${terminal.paint('strong', title)}${text === '' ? '' : `\n${indented(text)}`}`)
    .join('\n\n')
}

function outcomes({ granted, refused, asked }: Settlement): string {
  return `${granted} are compensated, ${refused} are refused, and for ${asked} the employer has been asked`
}

function publishedTable({ published, returned }: DemoReport): string {
  const agencyOf = (type: string): string => {
    const [id] = type.split('.')
    return agencies.find((agency) => agency.id === id)?.name ?? id ?? ''
  }
  const streamOf = (type: string): string => {
    const [agency, stream] = type.replaceAll('_', '-').split('.')
    return streams.find(({ name }) => name === `${agency}.${stream}`)?.name ?? ''
  }
  const rows = Object.entries(published).map(([type, count]) => [
    agencyOf(type),
    streamOf(type),
    type.split('.').at(-1) ?? '',
    String(count),
    returned[type] === undefined ? '' : `${returned[type]} returned by a service`,
  ])
  return table([['agency', 'stream', 'event', 'count', ''], ...rows])
}

function servicesTable({ handled }: DemoReport, { publishedBy, services }: ReportContext): string {
  const rows = services.map((service) => [
    service,
    cell(handled[service]),
    service === 'ingress' ? 'for agencies without Kafka' : cell(publishedBy.get(service)),
  ])
  return table([['service', 'handled', 'published'], ...rows])
}

function cell(count: number | undefined): string {
  return count === undefined ? '-' : String(count)
}

function stepsTable(steps: readonly Step[]): string {
  const rows = steps.map((step) => [
    step.service,
    step.name,
    `${step.medianMilliseconds.toFixed(1)} ms`,
    `${step.longestMilliseconds.toFixed(1)} ms`,
    `${step.count} times`,
  ])
  return table([['service', 'step', 'median', 'longest', 'in the traces below'], ...rows])
}

function links({ cases, seconds }: DemoReport, { jaeger }: ReportContext): string {
  const took = `Set-up took ${seconds.setUp} s, the day ${seconds.day} s.`
  if (jaeger === undefined) return `${took}\nThere is no Jaeger in this stack, so there are no traces to show.`
  const [best] = cases
  if (best === undefined) return `${took}\nJaeger has no trace of a layoff yet: ${jaeger}`
  return [
    took,
    `One case through ${best.services.length} services: ${best.services.join(', ')}`,
    `  npx samspill trace ${best.eventId}`,
    `  ${jaeger}/api/traces/${best.traceId}`,
  ].join('\n')
}

function indented(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
