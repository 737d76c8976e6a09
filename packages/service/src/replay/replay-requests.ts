import { endRequest, openDatabase, writeAction, type TakenRequest } from '@samspill/postgres'
import type { RequestContext, RequestHandlers } from '../operators/request-runner.ts'
import { rebuild, type RebuildSurroundings } from './rebuild.ts'
import type { RebuildReport } from './rebuild-report.ts'

/** What a service's replays are done with. */
export interface ReplayOptions extends Omit<RebuildSurroundings, 'open' | 'signal' | 'report'> {
  readonly databaseUrl: string
}

/** What an operator may ask of a rebuild. */
interface RebuildDetail {
  readonly dryRun?: boolean
  readonly publishDifferences?: boolean
}

/** The replays that operators ask of a service. */
export function replayRequests(options: ReplayOptions): RequestHandlers {
  return { rebuild: (request, context) => rebuildAsAsked(request, context, options) }
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
        await endRequest(transaction, request, { state: 'done', result })
      },
    },
  )
}
