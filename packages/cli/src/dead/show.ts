import { HubError } from '@samspill/contracts'
import { readDeadLetter, refusedRows, writeAction, type Database, type Responsibility } from '@samspill/postgres'
import { ageText, momentText } from '../operators/moment.ts'
import { openService } from '../operators/service-schemas.ts'
import { table, type Terminal } from '../terminal.ts'
import { whyRefused } from './list.ts'
import { counted } from './parked-counts.ts'
import { payloadText, revealedPayload, type RevealedPayload } from './payload.ts'
import type { LetterId } from './selection.ts'

/** What is shown. */
export interface ShowOptions {
  readonly stack: string
  readonly service: string
  readonly letter: LetterId
  /** Who wants to see the payload too, and why; undefined: without it. */
  readonly reveal: Responsibility | undefined
  readonly json: boolean
  readonly now: () => number
}

/** A dead letter with all but what it says of people. */
type Shown = Readonly<Record<string, unknown>> & { readonly service: string; readonly id: string }

/**
 * Shows one parked event, or outbox row that the brokers refuse. The payload only with a reason, which is written down
 * before it is shown. Throws `service-unknown`, `letter-not-found`.
 */
export async function showDead(options: ShowOptions, terminal: Terminal): Promise<void> {
  await using database = await openService(options.stack, options.service, terminal)
  const shown = await lookUp(database, options)
  const payload = options.reveal === undefined ? undefined : await reveal(database, shown, options, options.reveal)
  if (options.json) return terminal.print(JSON.stringify(payload === undefined ? shown : { ...shown, payload }))
  const lines = [shownText(shown, options.now(), terminal)]
  if (payload !== undefined) lines.push(payloadText(payload, terminal))
  terminal.print(lines.join('\n\n'))
}

const refusedState = 'refused by the brokers'

async function lookUp(database: Database, { service, letter }: ShowOptions): Promise<Shown> {
  if (letter.kind === 'outbox') {
    const [row] = await refusedRows(database, { ids: [letter.id] })
    if (row === undefined) throw notFound(service, letter)
    return { service, ...row, id: `outbox-${row.id}`, state: refusedState, reason: whyRefused }
  }
  const found = await readDeadLetter(database, letter.id)
  if (found === undefined) throw notFound(service, letter)
  return { service, ...found, id: String(found.id), ...traceOf(found.traceparent) }
}

async function reveal(
  database: Database,
  shown: Shown,
  { stack, letter }: ShowOptions,
  responsibility: Responsibility,
): Promise<RevealedPayload> {
  const { id, topic, partition, offset, source, eventId } = shown
  const what = { id, source, eventId, topic, partition, offset }
  await writeAction(database, { ...responsibility, action: 'reveal', what })
  const payload = await revealedPayload(database, stack, letter)
  if (payload === undefined) throw notFound(shown.service, letter)
  return payload
}

function notFound(service: string, { kind, id }: LetterId): HubError {
  const what = kind === 'parked' ? `event ${id} is not parked` : `row ${id} of the outbox is not refused`
  return new HubError(
    'letter-not-found',
    `${what} in ${service} any more: it was handled, sent or discarded (\`samspill dead log ${service}\`), or the id is another's`,
  )
}

/** The trace that the failed handling belongs to. */
function traceOf(traceparent: string | undefined): { readonly traceId?: string } {
  const traceId = traceparent?.split('-')[1]
  return traceId === undefined ? {} : { traceId }
}

/** A dead letter as people read it; nothing of its key or its data. */
export function shownText(shown: Shown, now: number, terminal: Pick<Terminal, 'paint'>): string {
  const behind = Number(shown['behind'] ?? 0)
  const behindIds = (shown['behindIds'] as readonly number[] | undefined) ?? []
  const failure = shown['code'] as string | undefined
  const why =
    failure === undefined ? 'it has not been tried since it was parked' : `${failure}: ${asText(shown['reason'])}`
  const since = (name: string): string | undefined => {
    const moment = shown[name] as Date | undefined
    return moment === undefined ? undefined : `${momentText(moment)} (${ageText(moment, now)} ago)`
  }
  const lines: readonly (readonly [string, string | undefined])[] = [
    ['service', shown.service],
    ['state', `${asText(shown['state'])}, ${counted(Number(shown['attempts']), 'attempt', 'attempts')}`],
    ['why', terminal.paint('bad', why)],
    ['event type', asText(shown['type'], 'the bytes do not say')],
    ['event id', asText(shown['eventId'], 'the bytes do not say')],
    ['source', shown['source'] as string | undefined],
    ['stream', shown['stream'] as string | undefined],
    ['read at', placeText(shown)],
    ['written', since('recordedAt') ?? since('createdAt')],
    ['parked', since('parkedAt')],
    ['failed last', since('failedAt')],
    ['died', since('diedAt')],
    ['tried again', shown['retryAt'] === undefined ? undefined : momentText(shown['retryAt'] as Date)],
    ['behind it', behind === 0 ? 'nothing' : behindText(behind, behindIds)],
    ['trace', shown['traceId'] as string | undefined],
  ]
  const eventId = shown['eventId']
  const hints = [
    typeof eventId === 'string' && shown['traceId'] !== undefined && `The case:    samspill trace ${eventId}`,
    // What waits behind another is no redrive's to take.
    ['dead', 'retrying', refusedState].includes(asText(shown['state'])) &&
      `Try it:      samspill dead redrive ${shown.service} ${shown.id} --reason "…"`,
    `The payload: samspill dead show ${shown.service} ${shown.id} --reveal --reason "…"`,
  ].filter((hint) => hint !== false)
  const rows = lines.filter((line): line is [string, string] => line[1] !== undefined && line[1] !== '')
  return [terminal.paint('strong', `${shown.service} ${shown.id}`), table(rows), '', ...hints].join('\n')
}

function placeText({ topic, partition, offset }: Shown): string {
  const place = `${asText(topic)} partition ${asText(partition)}`
  return offset === undefined ? `${place} (to be sent there)` : `${place} offset ${asText(offset)}`
}

function behindText(behind: number, ids: readonly number[]): string {
  const shown = ids.slice(0, 10).join(', ')
  const which = ids.length === 0 ? '' : ` (${shown}${behind > 10 ? ', …' : ''})`
  return `${counted(behind, 'event', 'events')} of the same subject${which}`
}

function asText(value: unknown, missing = ''): string {
  return value === undefined || value === null ? missing : String(value as string | number)
}
