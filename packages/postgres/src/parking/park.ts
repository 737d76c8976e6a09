import { bigintArray, bytesArray, integerArray, textArray } from '../binary-array.ts'
import type { Queryable } from '../queryable.ts'
import type { ParkedFailure, RecordToPark } from './parked-event.ts'

/** A record that is parked because it failed, or without a failure because its key is parked already. */
export interface ToPark {
  readonly record: RecordToPark
  readonly failure: ParkedFailure | undefined
}

/**
 * Parks records, in the given order, in the batch's transaction. A record that stands there already, or whose event has
 * been handled, is left out: reading again from an earlier position does no harm. Says how many rows were added.
 */
export async function park(transaction: Queryable, records: readonly ToPark[]): Promise<number> {
  if (records.length === 0) return 0
  const { rowCount } = await transaction.query(insert, [
    textArray(records.map(({ record }) => record.stream)),
    bytesArray(records.map(({ record }) => record.key)),
    textArray(records.map(({ record }) => record.topic)),
    integerArray(records.map(({ record }) => record.partition)),
    bigintArray(records.map(({ record }) => record.offset)),
    bigintArray(records.map(({ record }) => BigInt(Math.trunc(record.recordedAt)))),
    records.map(({ record }) => record.event?.source ?? null),
    records.map(({ record }) => record.event?.id ?? null),
    records.map(({ record }) => record.event?.type ?? null),
    records.map(({ record }) => record.value),
    bytesArray(records.map(({ record }) => record.headers)),
    textArray(records.map(({ failure }) => stateOf(failure))),
    integerArray(records.map(({ failure }) => failure?.attempts ?? 0)),
    records.map(({ failure }) => dateOf(failure?.retryAt)),
    records.map(({ failure }) => failure?.code ?? null),
    records.map(({ failure }) => failure?.reason ?? null),
    records.map(({ failure }) => dateOf(failure?.failedAt)),
    records.map(({ failure }) => failure?.traceparent ?? null),
    records.map(({ record: { contentHash } }) =>
      contentHash === undefined ? null : Buffer.from(contentHash, 'latin1'),
    ),
  ])
  return rowCount ?? 0
}

/** Notes another failure of parked records, in the transaction that undid it. */
export async function parkAgain(
  transaction: Queryable,
  failures: readonly { readonly id: bigint; readonly failure: ParkedFailure }[],
): Promise<void> {
  if (failures.length === 0) return
  await transaction.query(update, [
    bigintArray(failures.map(({ id }) => id)),
    textArray(failures.map(({ failure }) => stateOf(failure))),
    integerArray(failures.map(({ failure }) => failure.attempts)),
    failures.map(({ failure }) => dateOf(failure.retryAt)),
    textArray(failures.map(({ failure }) => failure.code)),
    textArray(failures.map(({ failure }) => failure.reason)),
    failures.map(({ failure }) => dateOf(failure.failedAt)),
    failures.map(({ failure }) => failure.traceparent ?? null),
  ])
}

function stateOf(failure: ParkedFailure | undefined): string {
  if (failure === undefined) return 'waiting'
  return failure.retryAt === undefined ? 'dead' : 'retrying'
}

function dateOf(milliseconds: number | undefined): Date | null {
  return milliseconds === undefined ? null : new Date(milliseconds)
}

const insert = `
  insert into parked_event (stream, key, topic, partition, record_offset, recorded_at, source, event_id, type, value,
    headers, state, attempts, retry_at, code, reason, failed_at, died_at, traceparent)
  select stream, key, topic, partition, record_offset, to_timestamp(recorded_at / 1000.0), source, event_id, type, value,
    headers, state, attempts, retry_at, code, reason, failed_at, case when state = 'dead' then failed_at end, traceparent
  from unnest($1::text[], $2::bytea[], $3::text[], $4::integer[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
    $9::text[], $10::bytea[], $11::bytea[], $12::text[], $13::integer[], $14::timestamptz[], $15::text[], $16::text[],
    $17::timestamptz[], $18::text[], $19::bytea[])
    with ordinality as given (stream, key, topic, partition, record_offset, recorded_at, source, event_id, type, value,
      headers, state, attempts, retry_at, code, reason, failed_at, traceparent, content_hash, number)
  where content_hash is null or not exists (
    select from inbox where inbox.source = given.source and inbox.id = given.event_id
      and inbox.content_hash = given.content_hash
  )
  order by number
  on conflict (topic, partition, record_offset) do nothing`

const update = `
  update parked_event as parked
  set state = given.state, attempts = given.attempts, retry_at = given.retry_at, code = given.code,
    reason = given.reason, failed_at = given.failed_at, traceparent = given.traceparent,
    died_at = case when given.state = 'dead' then given.failed_at end
  from unnest($1::bigint[], $2::text[], $3::integer[], $4::timestamptz[], $5::text[], $6::text[], $7::timestamptz[],
    $8::text[]) as given (id, state, attempts, retry_at, code, reason, failed_at, traceparent)
  where parked.id = given.id`
