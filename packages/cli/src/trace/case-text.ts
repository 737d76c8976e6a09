import type { Terminal } from '../terminal.ts'
import { stepsOf, type Case, type Step } from './case-tree.ts'

/** Cases that correct each other, each as a tree for the terminal; the steps about `eventId` stand out. */
export function casesText(cases: readonly Case[], eventId: string, terminal: Pick<Terminal, 'paint'>): string {
  const corrections = new Map<string, Map<string, Correction>>()
  for (const { corrects, annuls, eventId: by } of cases.flatMap(stepsOf)) {
    if (corrects === undefined || by === undefined) continue
    const known = corrections.get(corrects) ?? new Map<string, Correction>()
    corrections.set(corrects, known.set(by, { by, annuls }))
  }
  const steps = cases.flatMap(stepsOf)
  const published = new Set(steps.filter(isPublishing).map((step) => step.eventId))
  return cases.map((found) => caseText(found, { eventId, corrections, published }, terminal)).join('\n\n')
}

/** What is told beside the steps of events. */
interface Told {
  readonly corrections: Corrections
  /** Events that the hub has published itself: what they correct is told there, of others where they were handled. */
  readonly published: ReadonlySet<string | undefined>
}

function isPublishing({ operation }: Step): boolean {
  return operation.startsWith('publish ')
}

interface Correction {
  readonly by: string
  readonly annuls: boolean
}

/** What corrects an event, by the event's id: more than one event may, each in several spans. */
type Corrections = ReadonlyMap<string, ReadonlyMap<string, Correction>>

function caseText(
  found: Case,
  { eventId, ...told }: Told & { readonly eventId: string },
  terminal: Pick<Terminal, 'paint'>,
): string {
  const lines = flatten(found.roots, '')
  const widest = Math.max(...lines.map(({ left }) => left.length))
  const body = lines.map(({ left, step }) => {
    const padded = left.padEnd(widest)
    const name = step.eventId === eventId ? terminal.paint('strong', padded) : padded
    return `${name}  ${right(step, told, terminal)}`.trimEnd()
  })
  const services = `${found.services.length} ${found.services.length === 1 ? 'service' : 'services'}`
  const head = `trace ${found.traceId}: ${found.spans} spans, ${services}, ${rounded(found.milliseconds)} ms`
  return [terminal.paint('dim', head), ...body].join('\n')
}

interface Line {
  readonly left: string
  readonly step: Step
}

function flatten(steps: readonly Step[], indent: string): readonly Line[] {
  return steps.flatMap((step, index) => {
    const last = index === steps.length - 1
    const branch = `${indent}${last ? '└─' : '├─'}`
    const left = `${branch} ${step.service}  ${step.operation}`
    return [{ left, step }, ...flatten(step.steps, `${indent}${last ? '   ' : '│  '}`)]
  })
}

function right(step: Step, { corrections, published }: Told, terminal: Pick<Terminal, 'paint'>): string {
  const isTelling = isPublishing(step) || (step.operation.startsWith('process ') && !published.has(step.eventId))
  const correctedBy = isTelling ? corrections.get(step.eventId ?? '') : undefined
  const parts = [
    terminal.paint('dim', `+${rounded(step.after)} ms`.padEnd(12)),
    `${rounded(step.milliseconds)} ms`.padEnd(10),
    step.eventType ?? '',
    step.corrects === undefined || !isTelling
      ? ''
      : terminal.paint('strong', `${step.annuls ? 'takes back' : 'corrects'} ${step.corrects}`),
    ...Array.from(correctedBy?.values() ?? [], ({ by, annuls }) =>
      terminal.paint('strong', `${annuls ? 'taken back' : 'corrected'} by ${by}`),
    ),
    step.failure === undefined ? '' : terminal.paint('bad', `failed: ${step.failure}`),
    step.links.length === 0 ? '' : terminal.paint('dim', `also led to by trace ${step.links.join(', ')}`),
    step.lostParent ? terminal.paint('bad', 'its cause is not in this trace') : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function rounded(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds))
}
