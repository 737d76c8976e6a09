import type { Responsibility } from '@samspill/postgres'
import { counted } from '../dead/parked-counts.ts'
import { askAndWait } from '../operators/ask-service.ts'
import { openService } from '../operators/service-schemas.ts'
import { table, type Terminal } from '../terminal.ts'

/** What a rebuild is asked for. */
export interface RebuildOptions {
  readonly stack: string
  readonly service: string
  readonly dryRun: boolean
  readonly publishDifferences: boolean
  readonly responsibility: Responsibility
  readonly json: boolean
}

/** What the service answers. */
export interface RebuildAnswer {
  readonly dryRun: boolean
  readonly handled: Readonly<Record<string, number>>
  readonly noLongerHandled: number
  readonly same: number
  readonly changed: number
  readonly missing: number
  readonly unfounded: number
  readonly notComparable: number
  readonly correctedSince: number
  readonly differences: readonly {
    readonly kind: 'changed' | 'missing' | 'unfounded'
    readonly type: string
    readonly eventId: string
    readonly causationId: string | null
    readonly fields: readonly string[]
  }[]
  readonly swapped: boolean
  readonly published: number
}

/**
 * Has a running service build its tables anew. True where nothing differs from what was sent, or corrections were sent.
 * Throws `service-unknown`, `service-not-running`, and what the service answers.
 */
export async function rebuildService(options: RebuildOptions, terminal: Terminal): Promise<boolean> {
  const { stack, service, dryRun, publishDifferences, responsibility, json } = options
  await using database = await openService(stack, service, terminal)
  const answer = (await askAndWait(
    database,
    service,
    { kind: 'rebuild', detail: { dryRun, publishDifferences }, ...responsibility },
    { progressText, ...(json ? {} : { tell: terminal.note }) },
  )) as RebuildAnswer
  terminal.print(json ? JSON.stringify(answer) : rebuildText(answer, service))
  return differing(answer) === answer.published
}

const listed = 20
const whatDiffers = {
  changed: 'says something else now',
  missing: 'was never sent',
  unfounded: 'would not be sent now',
} as const

/** What a rebuild came to, as people read it: no keys, no values. */
export function rebuildText(answer: RebuildAnswer, service: string): string {
  const { handled, noLongerHandled, same, notComparable, correctedSince, differences } = answer
  const types = Object.entries(handled).toSorted(([one], [other]) => one.localeCompare(other))
  const lines = [table([['event type', 'handled again'], ...types.map(([type, count]) => [type, String(count)])]), '']
  if (noLongerHandled > 0) {
    lines.push(
      `${counted(noLongerHandled, 'event was', 'events were')} handled once, and the service has no handler for it now.`,
    )
  }
  const count = differing(answer)
  lines.push(
    `${counted(same, 'returned event is', 'returned events are')} as sent, ${count === 0 ? 'none differs' : `${count} ${count === 1 ? 'differs' : 'differ'}`}.`,
  )
  if (notComparable > 0) {
    lines.push(`${notComparable} may have been sent and have expired since: they are left alone.`)
  }
  if (correctedSince > 0) {
    lines.push(
      `${correctedSince} ${correctedSince === 1 ? 'differs' : 'differ'} that a later event has corrected since: what holds now is compared.`,
    )
  }
  if (differences.length > 0) {
    const rows = differences
      .slice(0, listed)
      .map(({ type, eventId, kind, fields }) => [type, eventId, whatDiffers[kind], fields.join(', ')])
    lines.push('', table([['event type', 'event', 'what', 'fields'], ...rows]))
    if (count > listed) lines.push(`… and ${count - listed} more; with --json up to 1,000 are listed.`)
  }
  return [...lines, '', ...endText(answer, service)].join('\n')
}

function endText(answer: RebuildAnswer, service: string): readonly string[] {
  const { swapped, published } = answer
  const count = differing(answer)
  if (!swapped) return ['Nothing was changed: the tables are as they were, and nothing was sent.']
  const done = 'The tables were built anew.'
  if (count === 0) return [`${done} Nothing was to be sent.`]
  if (published > 0) return [`${done} ${counted(published, 'correction was', 'corrections were')} sent.`]
  return [
    `${done} What differs was not sent.`,
    `Send corrections:  samspill replay ${service} --rebuild --publish-differences --reason "…"`,
  ]
}

function differing({ changed, missing, unfounded }: RebuildAnswer): number {
  return changed + missing + unfounded
}

function progressText(progress: unknown): string {
  const { handled, of } = progress as { readonly handled: number; readonly of: number }
  return `  ${handled} of ${of} events handled again`
}
