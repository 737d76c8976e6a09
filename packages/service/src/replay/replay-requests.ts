import { HubError } from '@samspill/contracts'
import { endRequest, openDatabase, writeAction, type Database, type TakenRequest } from '@samspill/postgres'
import type { RequestContext, RequestHandlers } from '../operators/request-runner.ts'
import type { MissedReport } from './missed-report.ts'
import { rebuild, type RebuildSurroundings } from './rebuild.ts'
import { replayMissed, type MissedSurroundings } from './replay-missed.ts'
import type { RebuildReport } from './rebuild-report.ts'

/** What a service's replays are done with. */
export interface ReplayOptions
  extends
    Omit<RebuildSurroundings, 'open' | 'signal' | 'report'>,
    Omit<MissedSurroundings, 'database' | 'signal' | 'report' | 'kafka'> {
  readonly databaseUrl: string
}

/** What an operator may ask of a rebuild. */
interface RebuildDetail {
  readonly dryRun?: boolean
  readonly publishDifferences?: boolean
}

/** The replays that operators ask of a service. */
export function replayRequests(options: ReplayOptions): RequestHandlers {
  return {
    rebuild: (request, context) => rebuildAsAsked(request, context, options),
    'replay-missed': (request, context) => replayMissedAsAsked(request, context, options),
  }
}

/** The answer of what reads no streams: there is no history to read again. */
export function replaysRefused(name: string): RequestHandlers {
  const refuse = (): Promise<never> => {
    const reason = `${name} reads no streams, so there is no history that it could read again`
    return Promise.reject(new HubError('replay-refused', reason))
  }
  return { rebuild: refuse, 'replay-missed': refuse }
}

/** What an operator may ask of a replay of missed events. */
interface MissedDetail {
  /** Milliseconds since 1970. */
  readonly from?: number
  readonly dryRun?: boolean
}

async function replayMissedAsAsked(
  request: TakenRequest,
  { signal, report }: RequestContext,
  options: ReplayOptions,
): Promise<MissedReport> {
  const { from, dryRun = false }: MissedDetail = request.detail
  if (from === undefined) throw new TypeError('a replay of missed events needs to know from when on')
  const { definition, databaseUrl: url, log } = options
  // Connections beside those that events are handled on: their number goes with the batches at once.
  await using database = openDatabase({ url, schema: definition.name, maxConnections: 3, log })
  if (!dryRun) await writeDownOnce(database, request, from)
  return await replayMissed({ ...options, database, signal, report }, { from, dryRun })
}

/** Before anything is done: whatever becomes of it, it is known who wanted it, and why. */
async function writeDownOnce(database: Database, { id, by, reason }: TakenRequest, from: number): Promise<void> {
  await database.transaction(async (transaction) => {
    const { rowCount } = await transaction.query(
      `select from operator_action where action = 'replay-missed' and (what ->> 'request')::bigint = $1`,
      [id],
    )
    if (rowCount > 0) return
    const what = { request: id, from: new Date(from).toISOString() }
    await writeAction(transaction, { by, reason, action: 'replay-missed', what })
  })
}

/** Ends the request in the transaction of the swap: taken up again after a kill, it would else be done twice. */
async function rebuildAsAsked(
  request: TakenRequest,
  { signal, report }: RequestContext,
  options: ReplayOptions,
): Promise<RebuildReport> {
  const { dryRun = false, publishDifferences = false }: RebuildDetail = request.detail
  const { databaseUrl: url, log } = options
  const open: RebuildSurroundings['open'] = (schema) => openDatabase({ url, schema, maxConnections: 3, log })
  return await rebuild(
    { ...options, open, signal, report },
    {
      dryRun,
      publishDifferences,
      async atSwap(transaction, result) {
        const { differences: _, dryRun: __, swapped: ___, ...what } = result
        const { by, reason } = request
        await writeAction(transaction, { by, reason, action: 'rebuild', what: { publishDifferences, ...what } })
        if (await endRequest(transaction, request, { state: 'done', result })) return
        throw new HubError('request-lost', 'another process has taken the request, or it was withdrawn')
      },
    },
  )
}
