import { textArray } from './binary-array.ts'
import type { Queryable } from './queryable.ts'

/** Handling and publishing are two spaces: a lock in one never waits for a lock in the other. */
export type LockSpace = 'handling' | 'publishing'

/**
 * Holds the locks of these subjects until the transaction ends: one statement, each subject once, always in the same
 * order, so that two transactions that lock everything they need in one call never deadlock. The locks belong to
 * `schema`, or to the current schema where none is given. Rejects with StatementError: deadlock (40P01) where a
 * transaction locks in several calls, 53200 where the server has no room for more locks.
 */
export async function lockSubjects(
  transaction: Queryable,
  space: LockSpace,
  subjects: readonly string[],
  schema: string | null = null,
): Promise<void> {
  if (subjects.length === 0) return
  await transaction.query(lockSorted(space, '$1', '$2'), [schema, textArray([...new Set(subjects)])])
}

/**
 * A query that takes the locks of an array of subjects, as `lockSubjects` does, for use inside another statement: the
 * names of the parameters that hold the schema and the subjects. Its one row says how many locks there are.
 */
export function lockSorted(space: LockSpace, schema: string, subjects: string): string {
  // The inner query is sorted before the outer one takes its first lock.
  return `
    select count(pg_advisory_xact_lock(sorted.number)::text) from (
      select distinct ${lockNumber(space, schema, 'subject')} as number
      from unnest(${subjects}::text[]) as subject order by number
    ) as sorted`
}

/** The same for one subject; its one row is empty of meaning. */
export function lockOne(space: LockSpace, schema: string, subject: string): string {
  return `select pg_advisory_xact_lock(${lockNumber(space, schema, `${subject}::text`)})`
}

/** 64 bits: two subjects that meet by chance only wait for each other. */
function lockNumber(space: LockSpace, schema: string, subject: string): string {
  return `hashtextextended(coalesce(${schema}::text, current_schema()) || '/${space}/' || ${subject}, 0)`
}
