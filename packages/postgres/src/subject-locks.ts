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
  await transaction.query(lockInOrder, [schema, space, textArray([...new Set(subjects)])])
}

// The inner query is sorted before the outer one takes its first lock. 64 bits: two subjects that meet by chance
// only wait for each other.
const lockInOrder = `
  select pg_advisory_xact_lock(lock.number)
  from (
    select distinct hashtextextended(coalesce($1::text, current_schema()) || '/' || $2::text || '/' || subject, 0) as number
    from unnest($3::text[]) as subject
    order by number
  ) as lock`
