import { noHeaders } from '@samspill/contracts'
import { appendToOutbox, migrate, type Session } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteSent, parkRows, readOutbox, relaySettings, type RelayRow } from '../src/relay-store.ts'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const nothing = { ids: [], partitions: [], subjects: [] }
const held = 400

/** Vacuum finds the outbox empty most times, and PostgreSQL then plans as if it always were. */
describe('the statements of the relay, in an outbox that vacuum has seen empty', () => {
  let under: SchemaUnderTest
  let session: Session
  beforeEach(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
    session = await under.database.session()
    await session.query(relaySettings)
    await publish()
    await deleteSent(session, await waiting())
    await session.query('vacuum (truncate off) outbox')
    await publish()
  })
  afterEach(async () => {
    await session[Symbol.asyncDispose]()
    await under[Symbol.asyncDispose]()
  })

  const publish = (): Promise<void> =>
    under.database.transaction((transaction) =>
      appendToOutbox(
        transaction,
        Array.from({ length: held }, (_, number) => ({
          eventId: `event ${number}`,
          type: 'nav.benefits.WageCompensationGranted',
          topic: 'nav.benefits',
          partition: 0,
          key: Buffer.from(`subject ${number}`),
          value: Buffer.from('granted'),
          headers: noHeaders,
        })),
      ),
    )
  const waiting = async (): Promise<readonly RelayRow[]> => (await readOutbox(session, nothing)).rows
  /** How many entries of the outbox's indexes the session has read so far. */
  const entriesRead = async (): Promise<number> => {
    await session.query('select pg_stat_force_next_flush()')
    const { rows } = await session.query<{ read: number }>(
      `select sum(idx_tup_read)::bigint as read from pg_stat_user_indexes
       where schemaname = current_schema() and relname = 'outbox'`,
    )
    return rows[0]?.read ?? 0
  }

  it('delete by looking at the rows that go, and at no other', async () => {
    const [first, second] = await waiting()
    if (first === undefined || second === undefined) throw new Error('there are rows')
    const before = await entriesRead()
    await deleteSent(session, [first, second])
    expect((await entriesRead()) - before).toBe(2)
    expect(await waiting()).toHaveLength(held - 2)
  })

  it('park by looking at the rows that are refused, and at no other', async () => {
    const [first] = await waiting()
    if (first === undefined) throw new Error('there are rows')
    const before = await entriesRead()
    await parkRows(session, [{ row: first, code: 'record-too-large' }])
    expect((await entriesRead()) - before).toBe(1)
    expect(await waiting()).toHaveLength(held - 1)
  })
})
