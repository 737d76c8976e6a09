import { HubError } from '@samspill/contracts'
import { openDatabase, type Database, type Queryable } from '@samspill/postgres'
import { requireStack } from '../running-stack.ts'
import { quietLog } from '../quiet-log.ts'
import type { Terminal } from '../terminal.ts'
import { nearest } from './nearest.ts'

/** Opens the database of a stack, in the schema of one service. Throws `stack-not-running`, `service-unknown`. */
export async function openService(stack: string, service: string, terminal: Terminal): Promise<Database> {
  const url = await databaseOf(stack)
  const log = quietLog(terminal)
  await using all = openDatabase({ url, maxConnections: 1, log })
  requireKnown(service, await serviceSchemas(all))
  return openDatabase({ url, schema: service, maxConnections: 2, log })
}

/** The address of a stack's database. Throws `stack-not-running`. */
export async function databaseOf(stack: string): Promise<string> {
  return (await requireStack(stack, ['postgres'])).environment['SAMSPILL_DATABASE'] ?? ''
}

/** The services that have a schema with the tables that operators work on, by name. */
export async function serviceSchemas(queryable: Queryable): Promise<readonly string[]> {
  const { rows } = await queryable.query(
    `select nspname as service from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind = 'r' and relname in ('outbox', 'parked_event', 'operator_action')
     group by nspname having count(*) = 3 order by nspname`,
  )
  return (rows as { readonly service: string }[]).map(({ service }) => service)
}

/** Throws `service-unknown`, with the name that was perhaps meant. */
export function requireKnown(service: string, known: readonly string[]): void {
  if (known.includes(service)) return
  const meant = nearest(service, known)
  const hint =
    meant !== undefined
      ? `did you mean ${meant}?`
      : known.length === 0
        ? 'none has started in this stack yet'
        : `there are ${known.slice(0, 12).join(', ')}${known.length > 12 ? ` and ${known.length - 12} more` : ''}`
  throw new HubError('service-unknown', `no service "${service}" has started in this stack: ${hint}`)
}
