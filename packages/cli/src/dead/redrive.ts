import { setTimeout as wait } from 'node:timers/promises'
import {
  redrive,
  redriveProgress,
  refusedRows,
  retriedRows,
  retryRefused,
  type Database,
  type Redriven,
  type RedriveProgress,
  type RefusedRow,
  type Responsibility,
} from '@samspill/postgres'
import { requireStream } from '../operators/known-streams.ts'
import { openService } from '../operators/service-schemas.ts'
import { table, type Terminal } from '../terminal.ts'
import { tellLeftOut } from './left-out.ts'
import { counted } from './parked-counts.ts'
import type { Selection } from './selection.ts'

/** What a redrive is asked for. */
export interface RedriveOptions {
  readonly stack: string
  readonly service: string
  readonly selection: Selection
  readonly responsibility: Responsibility
  /** Subjects a second; undefined: all at once. */
  readonly perSecond: number | undefined
  /** Whether to wait for what becomes of them. */
  readonly wait: boolean
  readonly json: boolean
  /** How long to wait while nothing changes, in milliseconds. */
  readonly patience: number
}

/** What has become of a redrive. */
export interface RedriveReport extends RedriveProgress {
  /** Dead letters that were let go. */
  readonly deadLetters: number
  /** With those that waited behind them. */
  readonly events: number
  readonly outbox: {
    readonly retried: number
    readonly refusedAgain: readonly { readonly id: number; readonly code: string }[]
    readonly waiting: number
  }
}

/**
 * Lets dead letters run again, in order per subject, and has the relay try refused rows again; waits for what becomes of
 * them. True where all came through. Throws `service-unknown`, `stream-unknown`, `letter-not-found`.
 */
export async function redriveDead(options: RedriveOptions, terminal: Terminal): Promise<boolean> {
  const { stack, service, responsibility, perSecond, json } = options
  await using database = await openService(stack, service, terminal)
  await requireStream(database, options.selection.filter.stream, [service])
  const rows = await rowsMeant(database, options.selection)
  const redriven = await redrive(database, options.selection.filter, {
    ...responsibility,
    ...(perSecond === undefined ? {} : { perSecond }),
  })
  const retried = await retryRefused(database, rows, responsibility)
  const taken = [...redriven.subjects.map(({ id }) => String(id)), ...rows.map(({ id }) => `outbox-${id}`)]
  tellLeftOut(service, options.selection, taken, terminal)
  const begun = { deadLetters: redriven.subjects.length, events: redriven.events }
  if (begun.deadLetters + rows.length === 0) {
    terminal.print(json ? JSON.stringify(nothing) : 'No dead letter is meant by this.')
    return true
  }
  if (!json) terminal.note(begunText(begun, rows.length, redriven, perSecond))
  const look = async (): Promise<RedriveReport> => ({
    ...begun,
    ...(await redriveProgress(database, redriven)),
    outbox: { retried, ...(await retriedRows(database, rows)) },
  })
  const report = options.wait ? await untilSettled(look, redriven, options, terminal) : await look()
  terminal.print(json ? JSON.stringify(report) : reportText(report, options, terminal))
  const left = report.deadAgain.length + report.failedAgain.length + report.outbox.refusedAgain.length
  return left + (options.wait ? report.waiting + report.outbox.waiting : 0) === 0
}

/** Refused rows that are meant: those named, or those that a filter fits. */
async function rowsMeant(database: Database, { filter, outboxIds }: Selection): Promise<readonly RefusedRow[]> {
  const named = filter.ids === undefined ? filter : { ...filter, ids: outboxIds }
  return await refusedRows(database, named, 10_000)
}

/** Looks until nothing is left to wait for, or nothing has changed for too long. */
async function untilSettled(
  look: () => Promise<RedriveReport>,
  { lastDue }: Redriven,
  { patience, json }: RedriveOptions,
  terminal: Terminal,
): Promise<RedriveReport> {
  let [seen, changedAt] = ['', Date.now()]
  for (;;) {
    const begin = performance.now()
    const report = await look()
    const left = report.waiting + report.outbox.waiting
    if (left === 0) return report
    const state = JSON.stringify(report)
    if (state !== seen) changedAt = Date.now()
    if (state !== seen && seen !== '' && !json) {
      terminal.note(`  ${report.handled} of ${report.events} handled, ${left} left`)
    }
    if (Date.now() - Math.max(changedAt, lastDue.getTime()) > patience) return report
    seen = state
    // What a look costs must not weigh on the service whose events it looks at.
    await wait(Math.max(250, (performance.now() - begin) * 10))
  }
}

function begunText(
  { deadLetters, events }: { readonly deadLetters: number; readonly events: number },
  rows: number,
  { lastDue }: Redriven,
  perSecond: number | undefined,
): string {
  const parts = [
    deadLetters > 0 &&
      `${counted(deadLetters, 'dead letter runs', 'dead letters run')} again` +
        (events > deadLetters ? `, and then ${counted(events - deadLetters, 'event', 'events')} behind` : ''),
    rows > 0 && `${counted(rows, 'event is', 'events are')} sent to the brokers again`,
  ].filter((part) => part !== false)
  const until = perSecond === undefined ? '' : `, the last one from ${lastDue.toISOString().slice(11, 19)} UTC on`
  return `${parts.join('; ')}${until}.`
}

/** What became of a redrive, as people read it. */
export function reportText(
  report: RedriveReport,
  { service, wait: waited }: Pick<RedriveOptions, 'service' | 'wait'>,
  terminal: Pick<Terminal, 'paint'>,
): string {
  const { handled, waiting, deadAgain, failedAgain, outbox } = report
  const sent = outbox.retried - outbox.refusedAgain.length - outbox.waiting
  const lines: string[] = []
  if (!waited) {
    lines.push(`Look at what becomes of them: samspill dead list ${service} --retrying`)
    return lines.join('\n')
  }
  if (report.events > 0) {
    const parts = [
      terminal.paint('good', `${handled} handled`),
      `${deadAgain.length} dead again`,
      `${failedAgain.length} failed and tried again later`,
      `${waiting} not tried yet`,
    ]
    lines.push(`${parts.join(', ')}.`)
  }
  if (outbox.retried > 0) {
    lines.push(`Outbox: ${sent} sent, ${outbox.refusedAgain.length} refused again, ${outbox.waiting} not tried yet.`)
  }
  const failed = [...deadAgain, ...failedAgain]
  if (failed.length > 0) {
    const rows = failed
      .slice(0, 20)
      .map(({ id, code, reason, behind }) => [String(id), String(behind), terminal.paint('bad', `${code}: ${reason}`)])
    lines.push('', table([['id', 'behind', 'why'], ...rows]))
    if (failed.length > rows.length) lines.push(`… and ${failed.length - rows.length} more`)
  }
  if (waiting + outbox.waiting > 0) {
    lines.push('', `Nothing has changed for a while: is ${service} running? They stay due, and run when it does.`)
  }
  return lines.join('\n')
}

const nothing: RedriveReport = {
  deadLetters: 0,
  events: 0,
  handled: 0,
  waiting: 0,
  deadAgain: [],
  failedAgain: [],
  outbox: { retried: 0, refusedAgain: [], waiting: 0 },
}
