import { countDeadLetters, discard, discardRefused, refusedRows, type Responsibility } from '@samspill/postgres'
import { agreed } from '../operators/agreement.ts'
import { requireStream } from '../operators/known-streams.ts'
import { openService } from '../operators/service-schemas.ts'
import type { Terminal } from '../terminal.ts'
import { tellLeftOut } from './left-out.ts'
import { counted } from './parked-counts.ts'
import type { Selection } from './selection.ts'

/** What a discard is asked for. */
export interface DiscardOptions {
  readonly stack: string
  readonly service: string
  readonly selection: Selection
  readonly responsibility: Responsibility
  readonly yes: boolean
  readonly json: boolean
  readonly now: () => number
}

/**
 * Gives up dead letters, and rows that the brokers refuse, after asking. False where the person said no. Throws
 * `answer-missing` without a terminal, `service-unknown`, `stream-unknown`.
 */
export async function discardDead(options: DiscardOptions, terminal: Terminal): Promise<boolean> {
  const { stack, service, selection, responsibility, json, now } = options
  const { filter, outboxIds } = selection
  await using database = await openService(stack, service, terminal)
  await requireStream(database, filter.stream, [service])
  const rows = await refusedRows(database, filter.ids === undefined ? filter : { ...filter, ids: outboxIds }, 10_000)
  const meant = await countDeadLetters(database, filter)
  if (meant.deadLetters + rows.length === 0) {
    tellLeftOut(service, selection, [], terminal)
    terminal.print(json ? JSON.stringify({ discarded: [] }) : 'No dead letter is meant by this.')
    return true
  }
  if (!(await agreed({ ...options, command: 'discard' }, lossText(service, meant, rows.length), terminal))) {
    terminal.print('Nothing was discarded.')
    return false
  }
  const parked = await discard(database, filter, { ...responsibility, now: now() })
  const refused = await discardRefused(
    database,
    rows.map(({ id }) => id),
    responsibility,
  )
  const discarded = [...parked.map(String), ...refused.map((id) => `outbox-${id}`)]
  tellLeftOut(service, selection, discarded, terminal)
  if (json) terminal.print(JSON.stringify({ discarded }))
  else {
    terminal.print(
      `${counted(discarded.length, 'event is', 'events are')} discarded, and the reason is kept: samspill dead log ${service}`,
    )
  }
  return true
}

/** What is about to be given up. */
export function lossText(
  service: string,
  { deadLetters, behind }: { readonly deadLetters: number; readonly behind: number },
  rows: number,
): string {
  const parts = [
    deadLetters > 0 && `${counted(deadLetters, 'event', 'events')} of ${service} will never be handled`,
    rows > 0 && `${counted(rows, 'event', 'events')} from its outbox will never be sent`,
  ].filter((part) => part !== false)
  const goOn =
    behind > 0 ? `; ${counted(behind, 'event', 'events')} behind them ${behind === 1 ? 'goes' : 'go'} on` : ''
  return `${parts.join(', and ')}${goOn}.`
}
