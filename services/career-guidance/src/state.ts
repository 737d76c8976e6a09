import type { EventReference, NationalIdentityNumber, ReceivedEvent, Timestamp, Transaction } from '@samspill/service'

/** How long an outcome waits for the residence of a person who is not known yet. */
const longestWaitMilliseconds = 30 * 86_400_000

/** What came of a layoff: the ground of an offer. */
export type Ground = 'WAGE_COMPENSATION_GRANTED' | 'WAGE_COMPENSATION_REFUSED' | 'AWAITING_EMPLOYER'

/** An outcome that came before the person's residence was known. */
export interface WaitingOutcome {
  readonly layoffId: string
  readonly ground: Ground
  readonly traceparent: string | null
  readonly tracestate: string | null
}

/** Whether the person lives in the county; undefined where nobody has told yet. */
export async function isResident(
  transaction: Transaction,
  person: NationalIdentityNumber,
): Promise<boolean | undefined> {
  const found = await transaction.query<{ resident: boolean }>(`select resident from people where person = $1`, [
    person,
  ])
  return found.rows[0]?.resident
}

/** Keeps whether the person lives in the county. */
export async function keepResident(
  transaction: Transaction,
  person: NationalIdentityNumber,
  resident: boolean,
): Promise<void> {
  await transaction.query(
    `insert into people (person, resident) values ($1, $2) on conflict (person) do update set resident = $2`,
    [person, resident],
  )
}

/** Keeps an outcome until the residence comes, and forgets those that have waited too long. The first outcome holds. */
export async function keepWaiting(
  transaction: Transaction,
  event: ReceivedEvent<{ readonly layoffId: string; readonly person: NationalIdentityNumber }>,
  ground: Ground,
  now: Timestamp,
): Promise<void> {
  await transaction.query(
    `insert into waiting_outcomes (layoff_id, person, ground, traceparent, tracestate, noted_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (layoff_id) do nothing`,
    [event.data.layoffId, event.data.person, ground, event.traceparent ?? null, event.tracestate ?? null, now],
  )
  await transaction.query(
    `delete from waiting_outcomes where layoff_id in
       (select layoff_id from waiting_outcomes where noted_at < $1 limit 100 for update skip locked)`,
    [now - longestWaitMilliseconds],
  )
}

/** Forgets an outcome that was taken back before the person's residence was known. */
export async function forgetWaiting(transaction: Transaction, layoffId: string, ground: Ground): Promise<void> {
  await transaction.query(`delete from waiting_outcomes where layoff_id = $1 and ground = $2`, [layoffId, ground])
}

/** Takes out what has waited for the person's residence. */
export async function takeWaiting(
  transaction: Transaction,
  person: NationalIdentityNumber,
): Promise<readonly WaitingOutcome[]> {
  const taken = await transaction.query<WaitingOutcome>(
    `delete from waiting_outcomes where person = $1
     returning layoff_id as "layoffId", ground, traceparent, tracestate`,
    [person],
  )
  return taken.rows
}

/** Marks that guidance is offered after a layoff, and because of which event; false where it was already. */
export async function markOffered(
  transaction: Transaction,
  layoffId: string,
  offeredBy: EventReference,
): Promise<boolean> {
  const marked = await transaction.query(
    `insert into offers (layoff_id, offered_by_source, offered_by_id) values ($1, $2, $3) on conflict do nothing`,
    [layoffId, offeredBy.source, offeredBy.id],
  )
  return marked.rowCount === 1
}

/** An offer that stood until now. */
export interface WithdrawnOffer {
  /** The event that it followed from; null where that was not kept yet. */
  readonly source: string | null
  readonly id: string | null
}

/** Marks that nothing is offered after a layoff, and nothing will be. Gives the offer that stood until now. */
export async function markWithdrawn(transaction: Transaction, layoffId: string): Promise<WithdrawnOffer | undefined> {
  await transaction.query(`delete from waiting_outcomes where layoff_id = $1`, [layoffId])
  const offers = await transaction.query<WithdrawnOffer>(
    `select offered_by_source as source, offered_by_id as id from offers where layoff_id = $1 and not withdrawn`,
    [layoffId],
  )
  await transaction.query(
    `insert into offers (layoff_id, withdrawn) values ($1, true) on conflict (layoff_id) do update set withdrawn = true`,
    [layoffId],
  )
  return offers.rows[0]
}
