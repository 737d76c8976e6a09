import type { Queryable } from './queryable.ts'

/** `beside`: with other batches of the schema. `alone`: while no other batch runs. */
export type BatchMode = 'beside' | 'alone'

/**
 * Lets a batch run beside the schema's others, or alone until its transaction ends. To be taken before any other lock:
 * a batch that has lost to deadlocks with others then runs alone, and must come through.
 */
export async function lockBatches(transaction: Queryable, mode: BatchMode): Promise<void> {
  const lock = mode === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared'
  // With a value it has a name, and is not planned anew for each batch.
  await transaction.query(`select ${lock}(hashtextextended(current_schema() || $1::text, 0))`, ['/batches'])
}
