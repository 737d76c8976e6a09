import { bigintArray, integerArray, latin1Array, textArray } from './binary-array.ts'
import { StatementError } from './failure.ts'
import type { Queryable } from './queryable.ts'

/** An event that a service is about to handle. `source` and `id` together are unique. */
export interface InboxEntry {
  readonly source: string
  readonly id: string
  readonly type: string
  /**
   * A digest of what the event says, a character for each byte; the same id with another hash is another event under a
   * used id. A text, since a buffer of its own for each event costs more than the digest.
   */
  readonly contentHash: string
  readonly topic: string
  readonly partition: number
  readonly offset: bigint
  /** True where history is read again: the content is then allowed to differ. */
  readonly replay: boolean
}

/** `new`: handle it. `seen`: it has been handled. `id-reused`: its id belongs to an event with other content. */
export type Acceptance = 'new' | 'seen' | 'id-reused'

/**
 * Takes a batch of events into the inbox, in the transaction that handles them, and says of each what it is, in the
 * given order. An event that stands twice in the batch is new only the first time. Waits for another transaction that
 * is taking the same event. Call it once per transaction: what an earlier call took would count as new again.
 * `handledAt` is what the handlers' clock says, so that a replay can show them the same time; else the database's time.
 */
export async function acceptAll(
  transaction: Queryable,
  entries: readonly InboxEntry[],
  handledAt?: Date,
): Promise<readonly Acceptance[]> {
  if (entries.length === 0) return []
  const { rowCount } = await transaction.query(takeWhatIsNew, columnsOf(entries, handledAt))
  if (rowCount === entries.length) return entries.map(() => 'new')
  return classify(entries, await takenRows(transaction, entries))
}

/**
 * Takes a batch of events that are most likely all new, for about two thirds of what `acceptAll` costs the database.
 * Where one is not new the transaction fails, with an error that `isTakenBefore` knows: run it again with `acceptAll`.
 */
export async function takeAll(
  transaction: Queryable,
  entries: readonly InboxEntry[],
  handledAt?: Date,
): Promise<readonly Acceptance[]> {
  if (entries.length > 0) await transaction.query(take, columnsOf(entries, handledAt))
  return entries.map(() => 'new')
}

/** True where `takeAll` met an event that the inbox has, or one twice. */
export function isTakenBefore(error: unknown): boolean {
  return error instanceof StatementError && error.sqlState === '23505' && error.constraint === 'inbox_pkey'
}

function columnsOf(entries: readonly InboxEntry[], handledAt: Date | undefined): unknown[] {
  return [
    textArray(entries.map((entry) => entry.source)),
    textArray(entries.map((entry) => entry.id)),
    textArray(entries.map((entry) => entry.type)),
    latin1Array(entries.map((entry) => entry.contentHash)),
    textArray(entries.map((entry) => entry.topic)),
    integerArray(entries.map((entry) => entry.partition)),
    bigintArray(entries.map((entry) => entry.offset)),
    handledAt ?? null,
  ]
}

/**
 * Removes events handled before the given moment, at most `limit` in one go, keeps count of them, and says how many it
 * removed: call it again until it says 0. Keep events at least as long as the longest retention of the streams that are read.
 */
export async function purgeInbox(queryable: Queryable, before: Date, limit = 5_000): Promise<number> {
  const { rows } = await queryable.query(purge, [before, limit])
  return (rows as { readonly removed: number }[])[0]?.removed ?? 0
}

const purge = `
  with gone as (
    delete from inbox where ctid = any(array(select ctid from inbox where handled_at < $1 limit $2)) returning true
  ), counted as (
    insert into inbox_purge as so_far (events, handled_before) select count(*), $1 from gone having count(*) > 0
    on conflict (only_row) do update set events = so_far.events + excluded.events,
      handled_before = greatest(so_far.handled_before, excluded.handled_before)
  )
  select count(*)::integer as removed from gone`

/** How many handled events the inbox no longer knows: they were removed when no stream could hold them any more. */
export async function purgedFromInbox(queryable: Queryable): Promise<number> {
  const { rows } = await queryable.query('select events from inbox_purge')
  return (rows as { readonly events: number }[])[0]?.events ?? 0
}

// Arrays that are unnested in the list of what is selected come out side by side and in order. After FROM each would be
// kept as a table of its own first, which costs a tenth of the statement.
const take = `
  insert into inbox (source, id, type, content_hash, topic, partition, record_offset, handled_at)
  select unnest($1::text[]), unnest($2::text[]), unnest($3::text[]), unnest($4::bytea[]), unnest($5::text[]),
    unnest($6::integer[]), unnest($7::bigint[]), coalesce($8::timestamptz, now())`

// PostgreSQL then inserts each row on approval, under a lock of its own: a third of the statement's cost.
const takeWhatIsNew = `${take} on conflict do nothing`

/** A row of the inbox under an id of the batch. `own` where this transaction took it. */
interface TakenRow {
  readonly source: string
  readonly id: string
  readonly content_hash: Buffer
  readonly own: boolean
}

/** A statement of its own, so that it also sees what another transaction committed while `take` waited for it. */
async function takenRows(transaction: Queryable, entries: readonly InboxEntry[]): Promise<readonly TakenRow[]> {
  const { rows } = await transaction.query(
    `select source, id, content_hash, inbox.xmin = pg_current_xact_id()::xid as own
     from (select distinct * from unnest($1::text[], $2::text[]) as asked (source, id)) as asked
     join inbox using (source, id)`,
    [textArray(entries.map((entry) => entry.source)), textArray(entries.map((entry) => entry.id))],
  )
  return rows as TakenRow[]
}

function identityOf(event: { readonly source: string; readonly id: string }): string {
  return JSON.stringify([event.source, event.id])
}

/** What each entry is, given the rows that stand under the ids. */
function classify(entries: readonly InboxEntry[], taken: readonly TakenRow[]): readonly Acceptance[] {
  const rows = new Map(taken.map((row) => [identityOf(row), row]))
  const met = new Set<string>()
  return entries.map((entry) => {
    const name = identityOf(entry)
    const row = rows.get(name)
    const first = !met.has(name)
    met.add(name)
    if (row === undefined) {
      throw new StatementError('statement-failed', 'an inbox row was purged while its event came again: run it again', {
        sqlState: '40001',
      })
    }
    if (row.own && first) return 'new'
    return entry.replay || row.content_hash.toString('latin1') === entry.contentHash ? 'seen' : 'id-reused'
  })
}
