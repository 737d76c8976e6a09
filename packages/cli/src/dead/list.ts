import { listDeadLetters, openDatabase, refusedRows, type DeadLetter, type RefusedRow } from '@samspill/postgres'
import { ageText } from '../operators/moment.ts'
import { requireStream } from '../operators/known-streams.ts'
import { databaseOf, requireKnown, serviceSchemas } from '../operators/service-schemas.ts'
import { quietLog } from '../quiet-log.ts'
import { stoppedPartitions, type StoppedPartition } from '../stopped-partitions.ts'
import { table, type Terminal } from '../terminal.ts'
import { counted, parkedCounts } from './parked-counts.ts'
import { selectionOf, type FilterOptions } from './selection.ts'

/** What is listed. */
export interface ListOptions extends FilterOptions {
  readonly stack: string
  readonly service: string | undefined
  /** Also what is tried again by itself. */
  readonly retrying: boolean
  /** Of each service, and of each kind. */
  readonly limit: number
  readonly json: boolean
  readonly now: () => number
}

/** All that waits for a person in one stack. */
export interface Waiting {
  readonly deadLetters: readonly (DeadLetter & { readonly service: string })[]
  /** Outbox rows that the brokers refuse. */
  readonly refused: readonly (RefusedRow & { readonly service: string })[]
  readonly stopped: readonly StoppedPartition[]
  /** True where there is more of something than was asked for. */
  readonly more: boolean
  /** Events that are tried again by themselves, whatever the filters; counted up to 100,000 of each service. */
  readonly triedAgain: number
}

/** Lists dead letters, rows that no broker takes, and partitions that stand still. Throws `service-unknown`, `stream-unknown`. */
export async function listDead(options: ListOptions, terminal: Terminal): Promise<void> {
  const waiting = await whatWaits(options, terminal)
  terminal.print(options.json ? JSON.stringify(waiting) : waitingText(waiting, options, terminal))
}

async function whatWaits(options: ListOptions, terminal: Terminal): Promise<Waiting> {
  const { service, retrying, limit } = options
  const url = await databaseOf(options.stack)
  const log = quietLog(terminal)
  const { filter } = selectionOf([], options)
  await using database = openDatabase({ url, maxConnections: 1, log })
  const known = await serviceSchemas(database)
  if (service !== undefined) requireKnown(service, known)
  await requireStream(database, filter.stream, known)
  const asked = await parkedCounts(database, service === undefined ? known : [service])
  const deadLetters: (DeadLetter & { readonly service: string })[] = []
  const refused: (RefusedRow & { readonly service: string })[] = []
  let more = false
  for (const { service: name } of asked) {
    await using own = openDatabase({ url, schema: name, maxConnections: 1, log })
    const letters = await listDeadLetters(own, filter, { retrying, limit: limit + 1 })
    const rows = await refusedRows(own, filter, limit + 1)
    more ||= letters.length > limit || rows.length > limit
    deadLetters.push(...letters.slice(0, limit).map((letter) => ({ service: name, ...letter })))
    refused.push(...rows.slice(0, limit).map((row) => ({ service: name, ...row })))
  }
  const stopped = (await stoppedPartitions(url, log)).filter(
    (stop) =>
      (service === undefined || stop.service === service) &&
      (filter.stream === undefined || stop.topic === filter.stream) &&
      (filter.code === undefined || stop.code === filter.code) &&
      (filter.from === undefined || new Date(stop.since) >= filter.from) &&
      (filter.to === undefined || new Date(stop.since) < filter.to),
  )
  const triedAgain = asked.reduce((sum, counts) => sum + counts.retrying, 0)
  return { deadLetters, refused, stopped, more, triedAgain }
}

/** What waits for a person, as people read it. */
export function waitingText(
  { deadLetters, refused, stopped, more, triedAgain }: Waiting,
  { now, limit, retrying, ...filters }: Pick<ListOptions, 'now' | 'limit' | 'retrying'> & FilterOptions,
  terminal: Pick<Terminal, 'paint'>,
): string {
  const head = (title: string): string => terminal.paint('strong', title)
  const sections: string[] = []
  if (deadLetters.length > 0) {
    const title = retrying ? 'Dead letters, and events that are tried again' : 'Dead letters'
    const rows = deadLetters.map((letter) => [
      String(letter.id),
      letter.service,
      letter.stream,
      shortType(letter.type),
      stateText(letter, now()),
      ageText(letter.failedAt ?? letter.parkedAt, now()),
      String(letter.attempts),
      behindText(letter.behind),
      whyText(letter.code, letter.reason),
    ])
    sections.push(`${head(title)}\n${table([[...columns, 'why'], ...rows])}`)
  }
  if (refused.length > 0) {
    const rows = refused.map((row) => [
      `outbox-${row.id}`,
      row.service,
      row.topic,
      shortType(row.type),
      'refused',
      ageText(row.parkedAt, now()),
      String(row.attempts),
      behindText(row.behind),
      whyText(row.code, whyRefused),
    ])
    sections.push(`${head('Events that the brokers refuse')}\n${table([[...columns, 'why'], ...rows])}`)
  }
  if (stopped.length > 0) {
    const rows = stopped.map((stop) => [
      stop.service,
      stop.topic,
      String(stop.partition),
      stop.offset,
      ageText(new Date(stop.since), now()),
      whyText(stop.code, stop.reason),
    ])
    sections.push(
      `${head('Partitions that stand still')}\n` +
        table([['service', 'topic', 'partition', 'offset', 'since', 'why'], ...rows]),
    )
  }
  if (sections.length === 0) {
    if (!selectionOf([], filters).all) return 'No dead letter fits the filters. Without them:  samspill dead list'
    if (retrying || triedAgain === 0) return 'There are no dead letters.'
    const what = counted(triedAgain, 'event is', 'events are')
    return `There are no dead letters; ${what} tried again without a person:  samspill dead list --retrying`
  }
  if (more)
    sections.push(
      `There is more: only ${counted(limit, 'line', 'lines')} of each kind and service are shown (--limit).`,
    )
  sections.push(hints({ deadLetters, refused, stopped }))
  return sections.join('\n\n')
}

/** The brokers give a code, and no sentence. */
export const whyRefused = 'the brokers refuse it; the relay tries it again from time to time'

const columns = ['id', 'service', 'stream', 'event type', 'state', 'age', 'attempts', 'behind']

function stateText({ state, retryAt }: DeadLetter, now: number): string {
  if (state === 'dead') return 'dead'
  const seconds = Math.round(((retryAt?.getTime() ?? now) - now) / 1_000)
  return seconds > 0 ? `tried in ${seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`}` : 'tried now'
}

function behindText(behind: number): string {
  return behind >= 10_000 ? '10000+' : String(behind)
}

function whyText(code: string | undefined, reason: string | undefined): string {
  if (code === undefined) return 'not tried yet'
  return `${code}: ${reason ?? ''}`
}

/** The last part of a type's name: the rest is the stream's. */
function shortType(type: string | undefined): string {
  return type?.slice(type.lastIndexOf('.') + 1) ?? '?'
}

/** Why a partition stands until a person says that it may go on. */
const forPersons: ReadonlySet<string> = new Set(['records-expired', 'records-missing', 'record-damaged'])

function hints({ deadLetters, refused, stopped }: Pick<Waiting, 'deadLetters' | 'refused' | 'stopped'>): string {
  const first = deadLetters[0]
  const row = refused[0]
  const stop = stopped.find(({ code }) => forPersons.has(code))
  const id = first === undefined ? `outbox-${row?.id}` : String(first.id)
  const service = first?.service ?? row?.service
  return [
    service !== undefined && `Look at one:     samspill dead show ${service} ${id}`,
    first !== undefined && `Try them all:    samspill dead redrive ${first.service} --dry-run`,
    stop !== undefined &&
      `Accept a loss:   samspill resume ${stop.service} ${stop.topic} ${stop.partition} --reason "…"`,
  ]
    .filter((line) => line !== false)
    .join('\n')
}
