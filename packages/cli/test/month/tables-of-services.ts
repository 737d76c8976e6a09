import { setTimeout as wait } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { openDatabase, type Database } from '@samspill/postgres'
import { silentLog } from '@samspill/testing'

/**
 * By service and table the rows as text, sorted. Moments at which the hub itself did something are left out, and so are
 * the ids of spans: an event that came without trace context is kept with the span of its handling.
 */
export type Tables = Readonly<Record<string, readonly string[]>>

/** Every table of these services, once nothing changes any more and nothing waits to be sent. */
export async function quietTables(databaseUrl: string, services: readonly string[]): Promise<Tables> {
  await using database = openDatabase({ url: databaseUrl, log: silentLog, maxConnections: 1 })
  for (let before: Tables = {}; ;) {
    const tables = await tablesOf(database, services)
    const waiting = services.some((service) => (tables[`${service} outbox`] ?? []).length > 0)
    if (!waiting && isDeepStrictEqual(before, tables)) return tables
    before = tables
    await wait(1_000)
  }
}

async function tablesOf(database: Database, services: readonly string[]): Promise<Tables> {
  const { rows } = await database.query<{ service: string; name: string }>(
    `select table_schema as service, table_name as name from information_schema.tables
     where table_schema = any($1::text[]) and table_type = 'BASE TABLE' and table_name not like 'operator_%'
     order by 1, 2`,
    [[...services]],
  )
  const contents: [string, readonly string[]][] = []
  for (const { service, name } of rows) {
    const content = await database.query<{ row: string }>(
      `select regexp_replace((to_jsonb(each) - 'saved_at' - 'applied_at' - 'kept_at')::text,
         '(00-[0-9a-f]{32})-[0-9a-f]{16}', '\\1', 'g') as row
       from "${service}"."${name}" as each order by 1`,
    )
    contents.push([`${service} ${name}`, content.rows.map(({ row }) => row)])
  }
  return Object.fromEntries(contents)
}
