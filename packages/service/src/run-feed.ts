import { setTimeout as wait } from 'node:timers/promises'
import type { Timestamp } from '@samspill/contracts'
import type { Database, Migration } from '@samspill/postgres'
import type { Log } from '@samspill/telemetry'
import type { FeedDefinition } from './define-feed.ts'
import { appendEvents, prepareEvents, type PublishSurroundings } from './publishing/publish-events.ts'
import { retryPause } from './retry-pause.ts'

/** Where each feed of a schema has come to. */
export const feedMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'feed cursor',
    sql: 'create table feed_cursor (feed text primary key, cursor text not null, moved_at timestamptz not null)',
  },
]

export interface FeedSurroundings extends PublishSurroundings {
  readonly database: Database
  readonly log: Log
  readonly now: () => Timestamp
  wakeRelay(): void
}

const longestPauseMilliseconds = 60_000

/** Runs a feed until it is disposed: poll, commit events and cursor together, rest, again. */
export function startFeed(feed: FeedDefinition, surroundings: FeedSurroundings): AsyncDisposable {
  const stopping = new AbortController()
  const running = loop(feed, surroundings, stopping.signal)
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
    },
  }
}

async function loop(feed: FeedDefinition, surroundings: FeedSurroundings, signal: AbortSignal): Promise<void> {
  let failures = 0
  while (!signal.aborted) {
    let pause: number
    try {
      pause = (await pollOnce(feed, surroundings, signal)) ? 0 : feed.every
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      pause = retryPause(error, Math.min(longestPauseMilliseconds, feed.every * 2 ** (failures - 1)))
      surroundings.log.warn('the poll failed; it is tried again', { error, attempt: failures, milliseconds: pause })
    }
    await rest(pause, signal)
  }
}

/** Polls once. True where the register has more. */
async function pollOnce(feed: FeedDefinition, surroundings: FeedSurroundings, signal: AbortSignal): Promise<boolean> {
  const { database, log, now, tracing } = surroundings
  const cursor = await cursorOf(feed, database, '')
  const polled = await feed.poll({ cursor, signal, log, now })
  if (polled === 'nothing-new') return false
  const committed = await tracing.span(`poll ${feed.name}`, { kind: 'internal' }, () =>
    database.transaction(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`feed ${feed.name}`])
      // Another process may have polled the same page meanwhile: whoever comes second finds the cursor moved.
      if ((await cursorOf(feed, transaction, 'for update')) !== cursor) return false
      await appendEvents(transaction, prepareEvents(polled.events, {}, surroundings))
      await transaction.query(
        `insert into feed_cursor (feed, cursor, moved_at) values ($1, $2, $3)
         on conflict (feed) do update set cursor = excluded.cursor, moved_at = excluded.moved_at`,
        [feed.name, polled.cursor, new Date(now())],
      )
      return true
    }),
  )
  if (committed && polled.events.length > 0) {
    surroundings.wakeRelay()
    log.info('published what the register had new', { count: polled.events.length })
  }
  return polled.more
}

async function cursorOf(
  feed: FeedDefinition,
  queryable: Pick<Database, 'query'>,
  lock: '' | 'for update',
): Promise<string | undefined> {
  const { rows } = await queryable.query<{ cursor: string }>(`select cursor from feed_cursor where feed = $1 ${lock}`, [
    feed.name,
  ])
  return rows[0]?.cursor
}

async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(milliseconds, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
