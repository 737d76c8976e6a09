import type { Responsibility } from '@samspill/postgres'
import { counted } from '../dead/parked-counts.ts'
import { askAndWait } from '../operators/ask-service.ts'
import { openService } from '../operators/service-schemas.ts'
import { table, type Terminal } from '../terminal.ts'

/** What a replay of missed events is asked for. */
export interface MissedOptions {
  readonly stack: string
  readonly service: string
  readonly from: Date
  readonly dryRun: boolean
  readonly responsibility: Responsibility
  readonly json: boolean
}

/** What the service answers. */
export interface MissedAnswer {
  readonly dryRun: boolean
  readonly from: string
  readonly read: number
  readonly missed: Readonly<Record<string, number>>
  readonly unreadable: number
  readonly damaged: number
  readonly expired: number
  readonly handled: number
  readonly parked: number
}

/**
 * Has a running service handle what it has passed over since a moment. True where nothing of it was parked. Throws
 * `service-unknown`, `service-not-running`, and what the service answers.
 */
export async function replayMissed(options: MissedOptions, terminal: Terminal): Promise<boolean> {
  const { stack, service, from, dryRun, responsibility, json } = options
  await using database = await openService(stack, service, terminal)
  const answer = (await askAndWait(
    database,
    service,
    { kind: 'replay-missed', detail: { from: from.getTime(), dryRun }, ...responsibility },
    { progressText, ...(json ? {} : { tell: terminal.note }) },
  )) as MissedAnswer
  terminal.print(json ? JSON.stringify(answer) : missedText(answer, service, terminal))
  return answer.parked === 0
}

/** What a replay of missed events came to, as people read it. */
export function missedText(answer: MissedAnswer, service: string, terminal: Pick<Terminal, 'paint'>): string {
  const { dryRun, from, read, missed, unreadable, handled, parked } = answer
  const types = Object.entries(missed).toSorted(([one], [other]) => one.localeCompare(other))
  const looked = `Looked at ${counted(read, 'record', 'records')} written since ${from}.`
  const unseen = [...damagedText(answer.damaged), ...expiredText(answer.expired)]
  if (types.length === 0 && unreadable === 0) return [looked, 'Nothing was missed.', ...unseen].join('\n')
  const lines = [
    looked,
    '',
    table([['event type', 'missed'], ...types.map(([type, count]) => [type, String(count)])]),
    '',
    ...(unreadable === 0 ? [] : [`${counted(unreadable, 'record', 'records')} cannot be read, and would be parked.`]),
    ...unseen,
  ]
  if (dryRun)
    return [
      ...lines,
      `Nothing was changed. Handle them:  samspill replay ${service} --missed --from ${from} --reason "…"`,
    ].join('\n')
  lines.push(`${counted(handled, 'event was', 'events were')} handled.`)
  if (parked > 0) {
    const why = terminal.paint('bad', `${counted(parked, 'event was', 'events were')} parked`)
    lines.push(`${why}: see \`samspill dead list ${service} --retrying\`.`)
  }
  return lines.join('\n')
}

function damagedText(damaged: number): readonly string[] {
  if (damaged === 0) return []
  return [`${counted(damaged, 'batch', 'batches')} of records cannot be unpacked at all: nothing was done about them.`]
}

function expiredText(expired: number): readonly string[] {
  if (expired === 0) return []
  const what = `${expired} ${expired === 1 ? 'record has' : 'records have'} expired`
  return [`${what} before those that are left: what was missed among them cannot be replayed.`]
}

function progressText(progress: unknown): string {
  const { read, of } = progress as { readonly read: number; readonly of: number }
  return `  ${read} of ${of} records looked at`
}
