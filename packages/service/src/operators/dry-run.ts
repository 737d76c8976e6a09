import type { EventDecoder } from '@samspill/avro'
import { listDeadLetters, parkedLines, type DeadLetter, type DeadLetterFilter } from '@samspill/postgres'
import { planParked } from '../parking/parked-batch.ts'
import type { BatchSurroundings } from '../reading/handle-batch.ts'
import type { SubscribedStream } from '../reading/planned-record.ts'
import type { RequestHandler } from './request-runner.ts'
import { tryLine, type Trial } from './trial.ts'

/** What dry runs are done with. */
export interface DryRunOptions extends BatchSurroundings {
  /** By the stream's name. */
  readonly streams: ReadonlyMap<string, SubscribedStream>
  readonly decoder: EventDecoder
}

/** What a dry run found. */
interface DryRun {
  /** Subjects whose events were tried. */
  readonly subjects: number
  /** Events that would pass, those that wait behind others included. */
  readonly pass: number
  /** Events that would not, each the first of its subject that does not. */
  readonly fail: readonly WouldFail[]
  /** Events that would go on waiting behind those. */
  readonly behind: number
  /** Events behind so many others of their subject that they were not tried. */
  readonly untried: number
  /** Subjects that another process had in hand. */
  readonly busy: number
}

interface WouldFail {
  readonly id: number
  readonly stream: string
  readonly type: string | null
  readonly code: string
  readonly reason: string
  /** Events that would wait behind it. */
  readonly behind: number
}

/** What is tried of one subject; the rest is counted as untried. */
const limits = { mostPerKey: 2_000, mostBytes: 32 * 1024 * 1024 }
const mostSubjects = 10_000

/**
 * Handles requests of the kind `redrive-dry-run`: tries the dead letters that are meant, each with what waits behind it,
 * in a transaction of its own that is rolled back, and says what would pass and what would not.
 */
export function dryRunHandler(options: DryRunOptions): RequestHandler {
  return async ({ detail }, { signal, report }) => {
    const filter = filterOf(detail)
    const letters = await listDeadLetters(options.database, filter, {
      retrying: filter.ids !== undefined,
      limit: mostSubjects,
    })
    let found: DryRun = { subjects: 0, pass: 0, fail: [], behind: 0, untried: 0, busy: 0 }
    for (const [tried, letter] of letters.entries()) {
      signal.throwIfAborted()
      report({ tried, of: letters.length })
      found = options.streams.has(letter.stream)
        ? added(found, letter, await tryLetter(letter, options))
        : withUnread(found, letter)
    }
    return found
  }
}

interface TriedLetter {
  readonly trial: Trial
  /** How many events of the subject were looked at. */
  readonly looked: number
}

/** Undefined where it is gone by now. */
async function tryLetter(letter: DeadLetter, options: DryRunOptions): Promise<TriedLetter | undefined> {
  const { database, streams, decoder } = options
  const records = await parkedLines(database, [BigInt(letter.id)], limits)
  if (records.length === 0) return undefined
  const lines = await planParked(records, streams, decoder)
  if (lines.length > 0) return { trial: await tryLine(lines, options), looked: lines.length }
  return undefined
}

function added(found: DryRun, letter: DeadLetter, tried: TriedLetter | undefined): DryRun {
  if (tried === undefined) return found
  const { trial, looked } = tried
  if (trial === 'busy') return { ...found, busy: found.busy + 1 }
  const all = letter.behind + 1
  const { pass, fail } = trial
  const sum = { ...found, subjects: found.subjects + 1, pass: found.pass + pass }
  if (fail === undefined) return { ...sum, untried: found.untried + Math.max(0, all - looked) }
  const behind = Math.max(0, all - pass - 1)
  const { planned, parked } = fail.line
  const would = {
    id: Number(parked.id),
    stream: parked.stream,
    type: planned.kind === 'event' ? planned.event.type : null,
    code: fail.code,
    reason: fail.reason,
    behind,
  }
  return { ...sum, fail: [...found.fail, would], behind: found.behind + behind }
}

/** Nothing of a stream that the service has given up is ever tried again, however often it is redriven. */
function withUnread(found: DryRun, { id, stream, type, behind }: DeadLetter): DryRun {
  const reason = `the service reads ${stream} no longer: let it read the stream again, or discard the event`
  const would = { id, stream, type: type ?? null, code: 'stream-not-read', reason, behind }
  return { ...found, subjects: found.subjects + 1, fail: [...found.fail, would], behind: found.behind + behind }
}

/** The filter as the command writes it: moments as ISO 8601. */
function filterOf(detail: Readonly<Record<string, unknown>>): DeadLetterFilter {
  const { ids, stream, code, from, to } = detail
  return {
    ...(Array.isArray(ids) ? { ids: ids.map(Number) } : {}),
    ...(typeof stream === 'string' ? { stream } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof from === 'string' ? { from: new Date(from) } : {}),
    ...(typeof to === 'string' ? { to: new Date(to) } : {}),
  }
}
