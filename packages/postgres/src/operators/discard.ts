import { bigintArray } from '../binary-array.ts'
import type { Database } from '../database.ts'
import { isTransient } from '../failure.ts'
import { removeParked } from '../parking/parked-keys.ts'
import type { Queryable, Transaction } from '../queryable.ts'
import { conditionOf, shownNames, type DeadLetterFilter } from './dead-letters.ts'
import { writeAction, type Responsibility } from './operator-action.ts'

/**
 * Gives up parked events for good, with a reason that is kept: dead ones that the filter means, or whatever is named by
 * id. Read again, or sent again with the same content, they are not handled. What is next of their subjects is due at
 * `now` (milliseconds since 1970). An event that is being handled now is waited for, and left alone where it came
 * through. Gives the ids that were discarded.
 */
export async function discard(
  database: Pick<Database, 'transaction'>,
  filter: DeadLetterFilter,
  options: Responsibility & { readonly now: number },
): Promise<readonly number[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.transaction((transaction) => discardOnce(transaction, filter, options))
    } catch (error) {
      // Whoever handles one of them may have been faster, and stand in the way of all.
      if (!isTransient(error) || attempt === attempts) throw error
    }
  }
}

const attempts = 5

async function discardOnce(
  transaction: Transaction,
  filter: DeadLetterFilter,
  { by, reason, now }: Responsibility & { readonly now: number },
): Promise<readonly number[]> {
  const { where, values } = conditionOf(filter)
  const meant = `${filter.ids === undefined ? `state = 'dead'` : 'true'} and ${where}`
  // The first of each key too: whoever handles what waits behind it holds that row.
  await transaction.query(
    `select id from parked_event
     where id in (select id from parked_event where ${meant})
       or id in (
         select (select min(id) from parked_event as first where first.stream = named.stream and first.key = named.key)
         from parked_event as named where ${meant}
       )
     order by id for update`,
    values,
  )
  const { rows } = await transaction.query<ChosenRow>(
    `select id, stream, source, event_id as "eventId", type, code, topic, partition, record_offset::text as offset
     from parked_event where ${meant} order by id for update`,
    values,
  )
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const what = { deadLetters: ids.length, events: rows.slice(0, rowsKept).map(describe) }
  const action = await writeAction(transaction, { by, reason, action: 'discard', what })
  await remember(transaction, ids, action)
  await removeParked(transaction, ids.map(BigInt), now)
  return ids
}

/** Of these records, the offsets that a person has given up: read again, they are passed over. */
export async function discardedOffsets(
  queryable: Queryable,
  topic: string,
  partition: number,
  offsets: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (offsets.length === 0) return new Set()
  const { rows } = await queryable.query(
    `select record_offset::text as offset from discarded_event
     where topic = $1 and partition = $2 and record_offset = any($3::bigint[])`,
    [topic, partition, bigintArray(offsets)],
  )
  return new Set((rows as { readonly offset: string }[]).map(({ offset }) => BigInt(offset)))
}

/**
 * Keeps where the events stood, and takes them into the inbox where they have an identity of their own: not those that
 * carry another's, which the right event may still need.
 */
async function remember(transaction: Transaction, ids: readonly number[], action: number): Promise<void> {
  const given = bigintArray(ids.map(BigInt))
  await Promise.all([
    transaction.query(
      `insert into discarded_event (topic, partition, record_offset, stream, source, event_id, type, action)
       select topic, partition, record_offset, stream, source, event_id, type, $2
       from parked_event where id = any($1::bigint[]) on conflict do nothing`,
      [given, action],
    ),
    transaction.query(
      `insert into inbox (source, id, type, content_hash, topic, partition, record_offset)
       select source, event_id, type, sha256(substring(value from 6)), topic, partition, record_offset
       from parked_event
       where id = any($1::bigint[]) and source is not null and event_id is not null and type is not null
         and length(value) > 5 and code is distinct from 'id-reused' and code is distinct from 'foreign-source'
         and code is distinct from 'foreign-schema'
       order by id on conflict do nothing`,
      [given],
    ),
  ])
}

/** An entry of what was done names so many events; the count is always whole. */
const rowsKept = 1_000

interface ChosenRow {
  readonly id: number
  readonly stream: string
  readonly source: string | null
  readonly eventId: string | null
  readonly type: string | null
  readonly code: string | null
  readonly topic: string
  readonly partition: number
  readonly offset: string
}

function describe({ id, stream, source, eventId, type, code, topic, partition, offset }: ChosenRow): object {
  return { id, stream, ...shownNames({ source, eventId }), type, code, at: `${topic}/${partition}/${offset}` }
}
