import type { Terminal } from '../terminal.ts'
import type { Case, Step } from './case-tree.ts'

/** A case as a tree for the terminal; the steps about `eventId` stand out. */
export function caseText(found: Case, eventId: string, terminal: Pick<Terminal, 'paint'>): string {
  const lines = flatten(found.roots, '')
  const widest = Math.max(...lines.map(({ left }) => left.length))
  const body = lines.map(({ left, step }) => {
    const padded = left.padEnd(widest)
    const name = step.eventId === eventId ? terminal.paint('strong', padded) : padded
    return `${name}  ${right(step, terminal)}`.trimEnd()
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

function right(step: Step, terminal: Pick<Terminal, 'paint'>): string {
  const parts = [
    terminal.paint('dim', `+${rounded(step.after)} ms`.padEnd(12)),
    `${rounded(step.milliseconds)} ms`.padEnd(10),
    step.eventType ?? '',
    step.failure === undefined ? '' : terminal.paint('bad', `failed: ${step.failure}`),
    step.links.length === 0 ? '' : terminal.paint('dim', `also led to by trace ${step.links.join(', ')}`),
    step.lostParent ? terminal.paint('bad', 'its cause is not in this trace') : '',
  ]
  return parts.filter((part) => part !== '').join('  ')
}

function rounded(milliseconds: number): string {
  return milliseconds < 10 ? milliseconds.toFixed(1) : String(Math.round(milliseconds))
}
