import type { NationalIdentityNumber, Timestamp, Transaction } from '@samspill/service'

/** How long facts wait for the residence of a person who is not known yet. */
const longestWaitMilliseconds = 30 * 86_400_000

/** Whether facts about a person are ours to keep. */
export type Standing = 'resident' | 'elsewhere' | 'unknown'

/** Reads where a person stands; one of whom nothing is known becomes `unknown`, and strangers of old are forgotten. */
export async function standingOf(
  transaction: Transaction,
  person: NationalIdentityNumber,
  now: Timestamp,
): Promise<Standing> {
  const found = await transaction.query<{ standing: Standing }>(`select standing from people where person = $1`, [
    person,
  ])
  const standing = found.rows[0]?.standing
  if (standing !== undefined) return standing
  await transaction.query(`insert into people (person, standing, since) values ($1, 'unknown', $2)`, [person, now])
  await transaction.query(
    `delete from people where person in
       (select person from people where standing = 'unknown' and since < $1 limit 100 for update skip locked)`,
    [now - longestWaitMilliseconds],
  )
  return 'unknown'
}

/** Keeps that the person is a resident: facts that waited stay. */
export async function becomesResident(
  transaction: Transaction,
  person: NationalIdentityNumber,
  now: Timestamp,
): Promise<void> {
  await transaction.query(
    `insert into people (person, standing, since) values ($1, 'resident', $2)
     on conflict (person) do update set standing = 'resident'`,
    [person, now],
  )
}

/** Deletes all that is kept about the person, facts and drafts included; what comes later is not kept either. */
export async function isNoResident(
  transaction: Transaction,
  person: NationalIdentityNumber,
  now: Timestamp,
): Promise<void> {
  await transaction.query(`delete from people where person = $1`, [person])
  await transaction.query(`insert into people (person, standing, since) values ($1, 'elsewhere', $2)`, [person, now])
}
