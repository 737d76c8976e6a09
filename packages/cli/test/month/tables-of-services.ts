import type { Database } from '@samspill/postgres'

/**
 * By service and table the rows as text, sorted. Moments at which the hub itself did something are left out, and so are
 * the ids of spans: an event that came without trace context is kept with the span of its handling.
 */
export type Tables = Readonly<Record<string, readonly string[]>>

/** What stands in every table of these services but in those that say what operators have asked. */
export async function tablesOf(database: Database, services: readonly string[]): Promise<Tables> {
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

/** How many rows of these services wait in an outbox. */
export async function waitingToBeSent(database: Database, services: readonly string[]): Promise<number> {
  const counts = services.map(async (service) => (await database.query(`select from "${service}".outbox`)).rowCount)
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0)
}

/** Where a service goes on reading, by `<topic>/<partition>`. */
export async function positionsOf(database: Database, service: string): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await database.query<{ place: string; next: string }>(
    `select topic || '/' || partition as place, next_offset::text as next from "${service}".position
     where next_offset is not null`,
  )
  return new Map(rows.map(({ place, next }) => [place, BigInt(next)]))
}
