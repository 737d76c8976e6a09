import { escapeIdentifier, escapeLiteral, openDatabase } from '@samspill/postgres'
import type { QuietLog } from './quiet-log.ts'

/** A partition where a service stands still. */
export interface StoppedPartition {
  readonly service: string
  readonly topic: string
  readonly partition: number
  /** The offset of the record that cannot be handled. */
  readonly offset: string
  readonly code: string
  readonly reason: string
  /** ISO 8601. */
  readonly since: string
}

/** Reads from the services' own schemas where they stand still. Throws DatabaseUnavailable. */
export async function stoppedPartitions(databaseUrl: string, log: QuietLog): Promise<readonly StoppedPartition[]> {
  await using database = openDatabase({ url: databaseUrl, maxConnections: 1, log })
  const { rows: schemas } = await database.query<{ readonly schema: string }>(
    `select table_schema as schema from information_schema.columns
     where table_name = 'position' and column_name = 'stopped_code' order by table_schema`,
  )
  if (schemas.length === 0) return []
  const { rows } = await database.query<StoppedPartition>(
    schemas
      .map(
        ({ schema }) => `
          select ${escapeLiteral(schema)} as service, topic, partition, stopped_offset::text as offset,
            stopped_code as code, stopped_reason as reason,
            to_char(stopped_since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
          from ${escapeIdentifier(schema)}.position where stopped_code is not null`,
      )
      .join(' union all '),
  )
  return rows.toSorted((one, other) => keyOf(one).localeCompare(keyOf(other)))
}

function keyOf({ service, topic, partition }: StoppedPartition): string {
  return `${service} ${topic} ${String(partition).padStart(6, '0')}`
}
