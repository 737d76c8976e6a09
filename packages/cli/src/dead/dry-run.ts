import type { Responsibility } from '@samspill/postgres'
import { askAndWait } from '../operators/ask-service.ts'
import { requireStream } from '../operators/known-streams.ts'
import { openService } from '../operators/service-schemas.ts'
import { table, type Terminal } from '../terminal.ts'
import { tellLeftOut } from './left-out.ts'
import { counted } from './parked-counts.ts'
import type { Selection } from './selection.ts'

/** What a dry run is asked for. */
export interface DryRunOptions extends Pick<Responsibility, 'by'> {
  readonly stack: string
  readonly service: string
  readonly selection: Selection
  readonly json: boolean
}

/** What a service answers to a dry run. */
export interface DryRun {
  /** Subjects whose events were tried. */
  readonly subjects: number
  /** Events that would pass, those that wait behind others included. */
  readonly pass: number
  /** Events that would not, each the first of its subject that does not. */
  readonly fail: readonly WouldFail[]
  /** Events that would go on waiting behind those. */
  readonly behind: number
  /** Subjects that another process had in hand, so that nothing can be said of them. */
  readonly busy: number
  /** Events behind so many others of their subject that they were not tried. */
  readonly untried: number
}

interface WouldFail {
  readonly id: number
  readonly stream: string
  readonly type: string | null
  readonly code: string
  readonly reason: string
  readonly behind: number
}

/**
 * Has a running process of the service try the handlers, and roll back what they did; says how many events would pass,
 * and which would not and why. True where all would. Throws `service-not-running`, `service-unknown`, `stream-unknown`.
 */
export async function dryRun(options: DryRunOptions, terminal: Terminal): Promise<boolean> {
  const { stack, service, selection, by, json } = options
  await using database = await openService(stack, service, terminal)
  await requireStream(database, selection.filter.stream, [service])
  const result = (await askAndWait(
    database,
    service,
    { kind: 'redrive-dry-run', detail: { ...selection.filter }, by, reason: 'dry run' },
    { progressText, ...(json ? {} : { tell: terminal.note }) },
  )) as DryRun
  // What nobody could try was there; so was what was tried.
  if (result.subjects + result.busy === 0) tellLeftOut(service, selection, [], terminal)
  terminal.print(json ? JSON.stringify(result) : dryRunText(result, service, terminal))
  return result.fail.length + result.busy + result.untried === 0
}

/** What a dry run found, as people read it. */
export function dryRunText(
  { subjects, pass, fail, behind, busy, untried }: DryRun,
  service: string,
  terminal: Pick<Terminal, 'paint'>,
): string {
  if (subjects + busy === 0) return 'No dead letter is meant by this.'
  const lines = [
    `Tried, and rolled back: ${counted(pass, 'event', 'events')} would pass, ${fail.length} would fail, ` +
      `${behind} would wait behind those (${counted(subjects, 'subject', 'subjects')}).`,
  ]
  if (untried > 0)
    lines.push(
      `${counted(untried, 'event', 'events')} far behind the first of their subjects ${untried === 1 ? 'was' : 'were'} not tried.`,
    )
  if (busy > 0) lines.push(`${counted(busy, 'subject is', 'subjects are')} being handled right now: ask again later.`)
  const causes = Map.groupBy(fail, ({ code, reason }) => `${code}: ${reason}`)
  if (causes.size > 0) {
    const rows = Array.from(causes, ([why, ones]) => [
      String(ones.length),
      ones
        .slice(0, 5)
        .map(({ id }) => id)
        .join(', '),
      why,
    ])
    lines.push(
      '',
      table([
        ['events', 'ids', 'why they would fail'],
        ...rows.map(([n = '', ids = '', why = '']) => [n, ids, terminal.paint('bad', why)]),
      ]),
    )
  }
  lines.push('', 'Nothing was changed.')
  if (pass > 0) lines.push(`Let them run:  samspill dead redrive ${service} --reason "…"`)
  return lines.join('\n')
}

function progressText(progress: unknown): string {
  const { tried, of } = progress as { readonly tried: number; readonly of: number }
  return `  ${tried} of ${of} subjects tried`
}
