import { createHash } from 'node:crypto'
import { layoffNoticeWithdrawn, layoffNotified } from '@samspill/schemas'
import { problem } from '@samspill/http'
import { timestamp, type Door, type Timestamp, type Transaction } from '@samspill/service'
import { notifiedBy, type LayoffNotice } from './layoff-notice.ts'

type Published = ReturnType<typeof layoffNotified> | ReturnType<typeof layoffNoticeWithdrawn>

/** What became of a notice. `repeated`: it was here already, and nothing new is told. */
export interface Registered {
  readonly noticeId: string
  readonly result: 'notified' | 'withdrawn' | 'repeated'
}

/**
 * Registers a notice and tells the others in one transaction. A notice that comes again as it was is `repeated`. Throws
 * HttpProblem 409 `notice-differs` where the id is known with other content, and `notice-withdrawn` where it has been
 * withdrawn before it was ever sent, or at another time.
 */
export async function registerNotice(door: Door<Published['type']>, notice: LayoffNotice): Promise<Registered> {
  const notified = notifiedBy(notice)
  const { noticeId, subUnit } = notified
  const withdrawnAt = notice.trukketTidspunkt ? timestamp(notice.trukketTidspunkt) : null
  return door.transaction(async (transaction, publish) => {
    const digest = createHash('sha256').update(JSON.stringify(notified)).digest('hex')
    const known = await keep(transaction, noticeId, digest, withdrawnAt)
    if (known !== 'new' && known.digest !== digest) throw differs()
    if (withdrawnAt === null) {
      if (known === 'new') {
        publish(layoffNotified(notified))
        return { noticeId, result: 'notified' }
      }
      if (!known.notified) throw withdrawnBefore()
      return { noticeId, result: 'repeated' }
    }
    if (known !== 'new' && known.withdrawnAt !== null) {
      if (known.withdrawnAt !== withdrawnAt) throw withdrawnBefore()
      return { noticeId, result: 'repeated' }
    }
    await transaction.query(`update notices set withdrawn_at = $2 where notice_id = $1`, [noticeId, withdrawnAt])
    publish(layoffNoticeWithdrawn({ noticeId, subUnit, withdrawnAt }))
    return { noticeId, result: 'withdrawn' }
  })
}

/** Keeps the notice, or tells how it was known; another request about the same notice waits until this one is done. */
async function keep(
  transaction: Transaction,
  noticeId: string,
  digest: string,
  withdrawnAt: Timestamp | null,
): Promise<'new' | KnownNotice> {
  const kept = await transaction.query(
    `insert into notices (notice_id, digest, notified) values ($1, $2, $3) on conflict (notice_id) do nothing`,
    [noticeId, digest, withdrawnAt === null],
  )
  if (kept.rowCount === 1) return 'new'
  const found = await transaction.query<{ digest: string; notified: boolean; withdrawn_at: string | null }>(
    `select digest, notified, withdrawn_at::text from notices where notice_id = $1 for update`,
    [noticeId],
  )
  const row = found.rows[0]
  if (row === undefined) return 'new'
  return {
    digest: row.digest,
    notified: row.notified,
    withdrawnAt: row.withdrawn_at === null ? null : Number(row.withdrawn_at),
  }
}

interface KnownNotice {
  readonly digest: string
  readonly notified: boolean
  readonly withdrawnAt: number | null
}

function differs(): Error {
  return problem(
    409,
    'notice-differs',
    'A notice with this id has been sent before with other content. Send a changed notice with an id of its own.',
  )
}

function withdrawnBefore(): Error {
  return problem(
    409,
    'notice-withdrawn',
    'The notice with this id has been withdrawn already. Send a new notice with an id of its own.',
  )
}
