import type { Database } from '../database.ts'
import type { TopicPartition } from '../positions.ts'
import { writeAction, type Responsibility } from './operator-action.ts'

/** A person's word for a partition that stands still: records are given up, and it goes on behind them. */
export interface Resumption extends Responsibility, TopicPartition {
  /** What the partition stands still for, as it was when the person decided. */
  readonly code: string
  readonly stoppedOffset: bigint
  /** Where the partition goes on. */
  readonly to: bigint
  /** Records that are given up; undefined where nobody can say. */
  readonly lost: bigint | undefined
}

/**
 * Moves a position past what is given up, and writes down who said so and why. False where the partition no longer stands
 * still at that offset for that reason: nothing is changed then.
 */
export async function resumePartition(
  database: Pick<Database, 'transaction'>,
  { topic, partition, code, stoppedOffset, to, lost, by, reason }: Resumption,
): Promise<boolean> {
  return await database.transaction(async (transaction) => {
    const { rowCount } = await transaction.query(
      `update position set next_offset = $5, saved_at = clock_timestamp(),
         stopped_code = null, stopped_reason = null, stopped_offset = null, stopped_since = null
       where topic = $1 and partition = $2 and stopped_code = $3 and stopped_offset = $4`,
      [topic, partition, code, String(stoppedOffset), String(to)],
    )
    if (rowCount !== 1) return false
    const what = {
      topic,
      partition,
      code,
      from: String(stoppedOffset),
      to: String(to),
      lost: lost?.toString() ?? 'unknown',
    }
    await writeAction(transaction, { by, reason, action: 'resume', what })
    return true
  })
}
