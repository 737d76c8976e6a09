import { noHeaders } from '@samspill/contracts'
import { appendToOutbox, migrate, startRelay, type OutboxRow, type Relay, type Session } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeBroker } from './fake-broker.ts'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const event = (eventId: string, key: string): OutboxRow => ({
  eventId,
  type: 'nav.benefits.WageCompensationGranted',
  topic: 'nav.benefits',
  partition: 0,
  key: Buffer.from(key),
  value: Buffer.from([1]),
  headers: noHeaders,
})

/** The orders of commit in which relays with a cursor lose events or turn their order round. */
describe('the relay loses nothing and keeps the order per subject', () => {
  let under: SchemaUnderTest
  let broker: FakeBroker
  let relay: Relay
  let sessions: Session[]
  beforeEach(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
    broker = new FakeBroker()
    sessions = []
    relay = startRelay({
      database: under.database,
      send: broker.send,
      log: { debug() {}, info() {}, warn() {}, error() {} },
    })
  })
  afterEach(async () => {
    await relay[Symbol.asyncDispose]()
    for (const session of sessions) await session[Symbol.asyncDispose]()
    await under[Symbol.asyncDispose]()
  })

  const open = async (): Promise<Session> => {
    const session = await under.database.session()
    sessions.push(session)
    await session.query('begin')
    return session
  }
  const publish = (...rows: OutboxRow[]): Promise<void> =>
    under.database.transaction((transaction) => appendToOutbox(transaction, rows))
  const sent = (...eventIds: string[]): Promise<void> =>
    vi.waitFor(() => expect(broker.eventIds).toEqual(eventIds), { timeout: 3_000 })

  it('when a slow transaction with a low id commits last', async () => {
    const slow = await open()
    await appendToOutbox(slow, [event('low id', 'kari')])
    for (const number of [1, 2, 3]) await publish(event(`quick ${number}`, 'ola'))
    await sent('quick 1', 'quick 2', 'quick 3')
    await slow.query('commit')
    await sent('quick 1', 'quick 2', 'quick 3', 'low id')
  })

  it('when the younger transaction holds the lower id', async () => {
    const older = await open()
    await older.query('select pg_current_xact_id()')
    const younger = await open()
    await appendToOutbox(younger, [event('lower id', 'kari')])
    await appendToOutbox(older, [event('higher id', 'ola')])
    await older.query('commit')
    await sent('higher id')
    await younger.query('commit')
    await sent('higher id', 'lower id')
  })

  it('when two transactions write about one subject and the older one commits later', async () => {
    const older = await open()
    await older.query('select pg_current_xact_id()')
    const younger = await open()
    await appendToOutbox(younger, [event('first', 'kari')])
    let drawn = false
    const second = appendToOutbox(older, [event('second', 'kari')]).then(() => (drawn = true))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(drawn).toBe(false)
    await younger.query('commit')
    await second
    await older.query('commit')
    await sent('first', 'second')
  })

  it('when a transaction that waits for its subject lets others pass: its id is drawn after its wait', async () => {
    const first = await open()
    await appendToOutbox(first, [event('first', 'kari')])
    const waiting = await open()
    const second = appendToOutbox(waiting, [event('second', 'kari')])
    await new Promise((resolve) => setTimeout(resolve, 100))
    await publish(event('other', 'ola'))
    await first.query('commit')
    await second
    const { rows } = await waiting.query<{ event_id: string }>('select event_id from outbox order by id desc limit 1')
    expect(rows).toEqual([{ event_id: 'second' }])
    await waiting.query('commit')
  })

  it('when a transaction stays open elsewhere', async () => {
    const elsewhere = await open()
    await elsewhere.query('select pg_current_xact_id()')
    await publish(event('first', 'kari'))
    await sent('first')
    await publish(event('second', 'kari'))
    await sent('first', 'second')
    await elsewhere.query('rollback')
  })

  it('when many connections commit in any order', async () => {
    const keys = ['kari', 'ola', 'siri']
    await Promise.all(
      Array.from({ length: 8 }, async (_, publisher) => {
        for (let number = 0; number < 40; number += 1) {
          await under.database.transaction(async (transaction) => {
            const key = keys[(publisher + number) % keys.length] ?? ''
            await appendToOutbox(transaction, [event(`${publisher}/${number}`, key)])
            if (number % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 4))
          })
        }
      }),
    )
    await vi.waitFor(() => expect(broker.log).toHaveLength(320), { timeout: 5_000 })
    for (let publisher = 0; publisher < 8; publisher += 1) {
      for (const key of keys) {
        const numbers = broker.of(key).filter((id) => id.startsWith(`${publisher}/`))
        expect(numbers).toEqual(numbers.toSorted((one, other) => Number(one.slice(2)) - Number(other.slice(2))))
      }
    }
  })
})
