import { noHeaders } from '@samspill/contracts'
import { appendToOutbox, migrate, openDatabase, RowNotice, startRelay, type Database } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeBroker } from './fake-broker.ts'
import { databaseUrl, schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }
const stoppedClock = 1_000_000

describe('a relay that never looks by itself', () => {
  let opened: AsyncDisposableStack
  let under: SchemaUnderTest
  let broker: FakeBroker
  beforeEach(async () => {
    opened = new AsyncDisposableStack()
    under = opened.use(schemaUnderTest())
    await migrate(under.database, under.schema)
    broker = new FakeBroker()
  })
  afterEach(() => opened.disposeAsync())

  const anotherProcess = (schema = under.schema): Database =>
    opened.use(openDatabase({ url: databaseUrl(), schema, log }))
  const start = (database: Database) =>
    opened.use(startRelay({ database, send: broker.send, log, now: () => stoppedClock, drainMilliseconds: 200 }))
  const startActive = async () => {
    const relay = start(under.database)
    await vi.waitFor(() => expect(relay.state.active).toBe(true))
    // Its first look finds nothing.
    await pass(100)
  }
  const publish = (eventId: string): Promise<void> =>
    under.database.transaction((transaction) =>
      appendToOutbox(transaction, [
        {
          eventId,
          type: 'nav.benefits.WageCompensationGranted',
          topic: 'nav.benefits',
          partition: 0,
          key: Buffer.from('kari'),
          value: Buffer.alloc(0),
          headers: noHeaders,
        },
      ]),
    )
  const pass = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds))
  const sent = (...ids: string[]): Promise<void> => vi.waitFor(() => expect(broker.eventIds).toEqual(ids))

  it('sends what a process has committed whose own relay waits for its turn', async () => {
    await startActive()
    const waiting = start(anotherProcess())
    for (const eventId of ['granted', 'changed', 'stopped']) {
      await publish(eventId)
      waiting.wake()
    }
    await sent('granted', 'changed', 'stopped')
    expect(waiting.state).toMatchObject({ active: false, sent: 0 })
  })

  it('sends what a process has committed that has no relay', async () => {
    await startActive()
    const notice = new RowNotice(anotherProcess(), log)
    await publish('granted')
    notice.give()
    await sent('granted')
  })

  it('is not woken by what goes into the outbox of another schema', async () => {
    await startActive()
    await publish('granted')
    const other = opened.use(schemaUnderTest())
    new RowNotice(other.database, log).give()
    await pass(300)
    expect(broker.eventIds).toEqual([])
  })

  it('is told again after it has lost its connection', async () => {
    await startActive()
    await under.database.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()
         and database = (select oid from pg_database where datname = current_database())
         and pid in (select pid from pg_stat_activity where application_name = $1)`,
      [under.schema],
    )
    await publish('granted')
    await sent('granted')
    await pass(100)
    const notice = new RowNotice(anotherProcess(), log)
    await publish('changed')
    notice.give()
    await sent('granted', 'changed')
  })
})
