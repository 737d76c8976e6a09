import { setTimeout as wait } from 'node:timers/promises'
import { HubError } from '@samspill/contracts'
import type { Database } from '@samspill/postgres'

/** That no other rebuild of the service runs, for as long as it is not disposed. */
export interface HeldRebuilds extends AsyncDisposable {
  /** Aborts where the connection that holds is gone. */
  readonly lost: AbortSignal
}

const attempts = 30
const pauseMilliseconds = 1_000

/**
 * Makes sure that this is the one rebuild of the service whose schema the database was opened for; one whose process has
 * just died is waited for. Throws `rebuild-running`.
 */
export async function holdRebuilds(database: Database, signal: AbortSignal): Promise<HeldRebuilds> {
  const session = await database.session()
  for (let attempt = 1; ; attempt += 1) {
    const { rows } = await session.query<{ held: boolean }>(
      `select pg_try_advisory_lock(hashtextextended('samspill/rebuild/' || current_schema(), 0)) as held`,
    )
    if (rows[0]?.held === true) return session
    if (attempt === attempts || signal.aborted) {
      await session[Symbol.asyncDispose]()
      throw new HubError('rebuild-running', 'another rebuild of this service is under way: wait for it to end')
    }
    await wait(pauseMilliseconds)
  }
}
