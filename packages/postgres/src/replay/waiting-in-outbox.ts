import type { OutboxRow } from '../outbox.ts'
import type { Queryable } from '../queryable.ts'

/** A row of the outbox, and where it stands in the relay's order of reading. */
export interface WaitingRow extends OutboxRow {
  readonly id: string
}

/** Reads what waits in the outbox, page by page in the relay's order; rows that are sent meanwhile may be missing. */
export async function waitingInOutbox(
  queryable: Queryable,
  after: WaitingRow | undefined,
  limit: number,
): Promise<readonly WaitingRow[]> {
  const { rows } = await queryable.query(
    `select id::text, event_id as "eventId", type, topic, partition, key, value, headers from outbox
     where (topic, partition, id) > ($1, $2::integer, $3::bigint) order by topic, partition, id limit $4`,
    [after?.topic ?? '', after?.partition ?? 0, after?.id ?? '0', limit],
  )
  return rows as WaitingRow[]
}
