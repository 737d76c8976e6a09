import { escapeIdentifier, openDatabase } from '@samspill/postgres'
import type { Observation } from '@samspill/testing'
import type { QuietLog } from '../quiet-log.ts'

/**
 * Counts what each service has handled since the day began: the rows of its inbox whose records lie after the streams'
 * ends of that moment. The service's schema bears the service's name; those that read no stream are left out.
 */
export async function handledSince(
  start: Observation['start'],
  databaseUrl: string,
  log: QuietLog,
): Promise<Readonly<Record<string, number>>> {
  await using database = openDatabase({ url: databaseUrl, maxConnections: 2, log })
  const inboxes = await database.query<{ schema: string }>(
    `select table_schema as schema from information_schema.tables where table_name = 'inbox' order by 1`,
  )
  const handled: [string, number][] = []
  for (const { schema } of inboxes.rows) {
    const counted = await database.query<{ count: number }>(
      `select count(*)::int as count from ${escapeIdentifier(schema)}.inbox
       join unnest($1::text[], $2::int[], $3::bigint[]) as began (topic, partition, first) using (topic, partition)
       where record_offset >= first`,
      [
        start.map((each) => each.stream),
        start.map((each) => each.partition),
        start.map((each) => each.offset.toString()),
      ],
    )
    const reads = await database.query<{ found: boolean }>(
      `select exists (select from ${escapeIdentifier(schema)}.inbox) as found`,
    )
    if (reads.rows[0]?.found === true) handled.push([schema, counted.rows[0]?.count ?? 0])
  }
  return Object.fromEntries(handled)
}
