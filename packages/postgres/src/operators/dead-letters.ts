import { withoutNationalNumbers, type RecordHeaders } from '@samspill/contracts'
import { bigintArray } from '../binary-array.ts'
import type { ParkedState } from '../parking/parked-event.ts'
import type { Queryable } from '../queryable.ts'

/** Which parked events are meant; what is left out does not count. Only the first of a subject in a stream is ever meant. */
export interface DeadLetterFilter {
  readonly ids?: readonly number[]
  readonly stream?: string
  readonly code?: string
  /** When it failed last: from this moment on, and before that one. */
  readonly from?: Date
  readonly to?: Date
}

/** A parked event as an operator may see it: nothing of its key or its data. */
export interface DeadLetter {
  readonly id: number
  readonly stream: string
  /** Undefined where the bytes do not say. */
  readonly source: string | undefined
  readonly eventId: string | undefined
  readonly type: string | undefined
  readonly state: ParkedState
  readonly attempts: number
  /** Why it failed last; undefined for one that has not been tried since it was parked. */
  readonly code: string | undefined
  readonly reason: string | undefined
  readonly parkedAt: Date
  readonly failedAt: Date | undefined
  readonly diedAt: Date | undefined
  /** When it is tried again by itself; undefined for the dead. */
  readonly retryAt: Date | undefined
  /** How many of the subject's events wait behind it, counted up to 10,000. */
  readonly behind: number
  /** Where it was read. */
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly recordedAt: Date
  /** Of the handling that failed. */
  readonly traceparent: string | undefined
}

/** Lists what is dead, or what is tried again too (`retrying`), oldest first. */
export async function listDeadLetters(
  queryable: Queryable,
  filter: DeadLetterFilter = {},
  options: { readonly retrying?: boolean; readonly limit?: number } = {},
): Promise<readonly DeadLetter[]> {
  const states = options.retrying === true ? `(state = 'dead' or retry_at is not null)` : `state = 'dead'`
  const { where, values } = conditionOf(filter)
  const { rows } = await queryable.query(
    `select ${columns} from parked_event as parked where ${states} and ${where} order by id limit ${options.limit ?? 100}`,
    values,
  )
  return (rows as StoredLetter[]).map(letterOf)
}

/** Counts dead letters, and what waits behind them; each counted up to 100,000. */
export async function countDeadLetters(
  queryable: Queryable,
  filter: DeadLetterFilter = {},
): Promise<{ readonly deadLetters: number; readonly behind: number }> {
  const { where, values } = conditionOf(filter)
  const states = filter.ids === undefined ? `state = 'dead'` : 'true'
  const { rows } = await queryable.query(
    `with meant as materialized (
       select id, stream, key from parked_event where ${states} and ${where} limit 100000
     )
     select (select count(*) from meant) as "deadLetters",
       (select count(*) from (
         select distinct later.id from meant
         join parked_event as later on later.stream = meant.stream and later.key = meant.key and later.id > meant.id
         where later.id not in (select id from meant) limit 100000
       ) as counted) as behind`,
    values,
  )
  const [counted] = rows as { readonly deadLetters: number; readonly behind: number }[]
  return counted ?? { deadLetters: 0, behind: 0 }
}

/** One parked event, whatever its state, with the ids of those that wait behind it (at most 100). Undefined where gone. */
export async function readDeadLetter(
  queryable: Queryable,
  id: number,
): Promise<(DeadLetter & { readonly behindIds: readonly number[] }) | undefined> {
  const { rows } = await queryable.query(`select ${columns} from parked_event as parked where id = $1`, [id])
  const [stored] = rows as StoredLetter[]
  if (stored === undefined) return undefined
  const behind = await queryable.query(
    `select later.id from parked_event as parked
     join parked_event as later on later.stream = parked.stream and later.key = parked.key and later.id > parked.id
     where parked.id = $1 order by later.id limit 100`,
    [id],
  )
  return { ...letterOf(stored), behindIds: (behind.rows as { readonly id: number }[]).map((row) => row.id) }
}

/** Claims a dead letter until the transaction ends; false where it is gone, or another has it in hand. */
export async function claimDeadLetter(transaction: Queryable, id: bigint): Promise<boolean> {
  const claim = 'select from parked_event where id = $1 for update skip locked'
  return (await transaction.query(claim, [String(id)])).rowCount === 1
}

/** What nobody sees without a reason: the record as it was read. */
export interface ParkedPayload {
  readonly key: Buffer
  readonly value: Buffer | null
  readonly headers: RecordHeaders
}

/** The record of a parked event. Whoever reads it has written down why before; see writeAction. */
export async function readParkedPayload(queryable: Queryable, id: number): Promise<ParkedPayload | undefined> {
  const { rows } = await queryable.query('select key, value, headers from parked_event where id = $1', [id])
  return payloadOf(rows)
}

/** The where clause of a filter, and its values, for a table whose columns have these names. */
export function conditionOf(
  filter: DeadLetterFilter,
  named = { stream: 'stream', failure: 'code', failedAt: 'failed_at' },
): { readonly where: string; readonly values: unknown[] } {
  const values: unknown[] = []
  const bind = (value: unknown): string => `$${values.push(value)}`
  const conditions = [
    filter.ids === undefined ? undefined : `id = any(${bind(bigintArray(filter.ids.map(BigInt)))}::bigint[])`,
    filter.stream === undefined ? undefined : `${named.stream} = ${bind(filter.stream)}`,
    filter.code === undefined ? undefined : `${named.failure} = ${bind(filter.code)}`,
    filter.from === undefined ? undefined : `${named.failedAt} >= ${bind(filter.from)}`,
    filter.to === undefined ? undefined : `${named.failedAt} < ${bind(filter.to)}`,
  ].filter((condition) => condition !== undefined)
  return { where: ['true', ...conditions].join(' and '), values }
}

const columns = `
  id, stream, source, event_id as "eventId", type, state, attempts, code, reason, parked_at as "parkedAt",
  failed_at as "failedAt", died_at as "diedAt", retry_at as "retryAt", topic, partition, record_offset::text as offset,
  recorded_at as "recordedAt", traceparent,
  (select count(*)::integer from (
    select from parked_event as later
    where later.stream = parked.stream and later.key = parked.key and later.id > parked.id limit 10000
  ) as counted) as behind`

type StoredLetter = { readonly [Column in keyof DeadLetter]: NonNullable<DeadLetter[Column]> | null }

function letterOf(stored: StoredLetter): DeadLetter {
  const shown = Object.entries({ ...stored, ...shownNames(stored) })
  return Object.fromEntries(shown.map(([column, value]) => [column, value ?? undefined])) as unknown as DeadLetter
}

/** What names an event, as operators see it: a plain client may have put a national number into it. */
export function shownNames(names: Pick<StoredLetter, 'source' | 'eventId'>): Pick<StoredLetter, 'source' | 'eventId'> {
  const { source, eventId } = names
  return { source: source && withoutNationalNumbers(source), eventId: eventId && withoutNationalNumbers(eventId) }
}

/** What of a row nobody sees without a reason. */
export function payloadOf(rows: readonly unknown[]): ParkedPayload | undefined {
  return (rows as ParkedPayload[])[0]
}
