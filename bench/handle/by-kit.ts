import { connectTestHub } from '@samspill/testing'
import { defineService, on, onBatch, startProcess, type ServiceDefinition } from '@samspill/service'
import type { BenchStage } from '../harness/bench-stage.ts'
import type { Measured, Round } from '../harness/bench.ts'
import { backlog, type Backlog, type Granted, type Layoff } from './backlog.ts'
import { grantTable, ownSchema, upsert, upsertMany } from './own-schema.ts'
import { sentSince } from './sent-since.ts'
import { workThrough } from './work-through.ts'

/** How the service handles, and what goes on beside it. */
export interface KitOptions {
  readonly handler: 'independent' | 'one by one' | 'many at once'
  readonly isTraced?: boolean
  readonly isRelayed?: boolean
}

/** The hub's own service. */
export async function handleByKit(stage: BenchStage, round: Round, options: KitOptions): Promise<Measured> {
  await using hub = await connectTestHub()
  await using schema = await ownSchema(stage)
  const streams = backlog(stage)
  // Who holds the relay's lock keeps it from sending: what handling costs is then seen by itself.
  await using lock = options.isRelayed ? undefined : await schema.database.session()
  await lock?.query(`select pg_advisory_lock(hashtextextended('samspill/relay/' || current_schema(), 0))`)
  const config = hub.configWith([streams.secret])
  const sent = await sentSince(hub, streams.granted.stream.name)
  await using running = await startProcess([serviceOf(schema.name, streams, options)], {
    config: { ...config, http: { host: '127.0.0.1', port: 0 }, logLevel: 'warn' },
    logOutput: process.stderr,
  })
  await running.started
  const positions = async (): Promise<number> => {
    const { rows } = await schema.database.query<{ handled: number }>(
      'select coalesce(sum(next_offset), 0)::bigint as handled from position',
    )
    return rows[0]?.handled ?? 0
  }
  return await workThrough({
    stage,
    seconds: round.seconds,
    handled: options.isRelayed ? sent : positions,
    everyMilliseconds: 100,
  })
}

function serviceOf(name: string, streams: Backlog, { handler, isTraced }: KitOptions): ServiceDefinition {
  const { agency, granted, layoff, tracedLayoff } = streams
  const contract = isTraced ? tracedLayoff : layoff
  const grant = ({ subject, days }: Layoff): Granted => ({ subject, days })
  const subscription =
    handler === 'many at once'
      ? onBatch(contract, async (layoffs, { transaction }) => {
          const people = layoffs.map(({ data }) => data.subject)
          await transaction.query(upsertMany, [people, layoffs.map(({ data }) => data.days)])
          return layoffs.map(({ data }) => granted(grant(data)))
        })
      : on(
          contract,
          async ({ data }, { transaction }) => {
            await transaction.query(upsert, [data.subject, data.days])
            return granted(grant(data))
          },
          { independent: handler === 'independent' },
        )
  return defineService({ name, agency, publishes: [granted], subscriptions: [subscription], migrations: [grantTable] })
}
