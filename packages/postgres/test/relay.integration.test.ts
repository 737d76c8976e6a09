import { encodeHeaders } from '@samspill/contracts'
import { appendToOutbox, migrate, outboxStatus, refusedRows, retryParked, startRelay } from '@samspill/postgres'
import type { Database, OutboxRow, Relay } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeBroker, TooLarge } from './fake-broker.ts'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const event = (eventId: string, key: string, place: { topic?: string; partition?: number } = {}): OutboxRow => ({
  eventId,
  type: 'nav.benefits.WageCompensationGranted',
  topic: place.topic ?? 'nav.benefits',
  partition: place.partition ?? 0,
  key: Buffer.from(key),
  value: Buffer.from(`about ${eventId}`),
  headers: encodeHeaders([['ce_id', Buffer.from(eventId)]]),
})

describe('the relay', () => {
  let under: SchemaUnderTest
  let broker: FakeBroker
  let relays: Relay[]
  beforeEach(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
    broker = new FakeBroker()
    relays = []
  })
  afterEach(async () => {
    for (const relay of relays) await relay[Symbol.asyncDispose]()
    await under[Symbol.asyncDispose]()
  })

  const start = (options: Partial<Parameters<typeof startRelay>[0]> = {}): Relay => {
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const relay = startRelay({ database: under.database, send: broker.send, log, drainMilliseconds: 200, ...options })
    relays.push(relay)
    return relay
  }
  const publish = (...rows: OutboxRow[]): Promise<void> =>
    under.database.transaction((transaction) => appendToOutbox(transaction, rows))
  const waiting = async (): Promise<number> => (await outboxStatus(under.database)).waiting
  const drained = (): Promise<void> => vi.waitFor(async () => expect(await waiting()).toBe(0), { timeout: 8_000 })
  const sent = (...ids: string[]): Promise<void> =>
    vi.waitFor(() => expect(broker.eventIds).toEqual(expect.arrayContaining(ids)), { timeout: 8_000 })

  it('sends what was published as it was written, and deletes it', async () => {
    let seen: unknown
    broker.onSend = async ({ value, headers, type }) => {
      seen = { value, headers, type }
    }
    start()
    await publish(event('granted', 'kari'))
    await drained()
    const { value, headers, type } = event('granted', 'kari')
    expect(seen).toEqual({ value, headers, type })
  })

  it('sends at once when it is woken', async () => {
    const stoppedClock = 1_000_000
    const relay = start({ now: () => stoppedClock }) // no scan ever comes due again
    await vi.waitFor(() => expect(relay.state.active).toBe(true))
    await new Promise((resolve) => setTimeout(resolve, 100))
    await publish(event('granted', 'kari'))
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(broker.eventIds).toEqual([])
    relay.wake()
    await sent('granted')
  })

  it('sends what it was woken for before it stops', async () => {
    const relay = start({ now: () => 1_000_000 }) // no scan ever comes due again
    await vi.waitFor(() => expect(relay.state.active).toBe(true))
    await publish(event('granted', 'kari'))
    relay.wake()
    await relay[Symbol.asyncDispose]()
    expect(broker.eventIds).toEqual(['granted'])
    expect(await waiting()).toBe(0)
  })

  it('sends what was published before it was connected, also where it is told to stop at once', async () => {
    await publish(event('granted', 'kari'))
    const relay = start()
    relay.wake()
    await relay[Symbol.asyncDispose]()
    expect(broker.eventIds).toEqual(['granted'])
  })

  it('finds by itself what nobody woke it for', async () => {
    const relay = start()
    await vi.waitFor(() => expect(relay.state.active).toBe(true))
    await publish(event('first', 'kari'))
    await sent('first')
    await publish(event('second', 'kari'))
    await sent('second')
  })

  it("keeps each subject's order through a backlog of 5,000 events", async () => {
    broker.onSend = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
    const rows = Array.from({ length: 5_000 }, (_, number) =>
      event(`event ${number}`, `key ${number % 997}`, { partition: (number % 997) % 7 }),
    )
    await publish(...rows)
    start()
    await drained()
    expect(broker.log).toHaveLength(5_000)
    for (let key = 0; key < 997; key += 1) {
      const expected = rows.filter((_, number) => number % 997 === key).map((row) => row.eventId)
      expect(broker.of(`key ${key}`)).toEqual(expected)
    }
  })

  it('lets a subject with a long backlog hold up no other', async () => {
    broker.onSend = () => new Promise((resolve) => setTimeout(resolve, 5))
    await publish(
      ...Array.from({ length: 1_500 }, (_, number) => event(`hot ${number}`, 'hot')),
      event('other', 'cold'),
    )
    start()
    await sent('other')
    expect(broker.log.length).toBeLessThan(300)
  })

  it('sends a row again that the broker did not take, and none of its subject before it', async () => {
    let attempts = 0
    broker.onSend = async (row) => {
      if (row.eventId === 'first' && ++attempts < 3) throw new Error('the leader moved')
    }
    const relay = start()
    await publish(event('first', 'kari'), event('second', 'kari'))
    await drained()
    expect(broker.eventIds).toEqual(['first', 'second'])
    expect(relay.state).toMatchObject({ sent: 2, failed: 2 })
  })

  it('parks a row that can never be sent with its subject, and lets the others pass', async () => {
    let refuse = true
    broker.onSend = async (row) => {
      if (refuse && row.eventId === 'huge') throw new TooLarge()
    }
    start()
    await publish(event('huge', 'kari'), event('after', 'kari'), event('other', 'ola'))
    await sent('other')
    await vi.waitFor(async () => expect((await outboxStatus(under.database)).parked).toBe(1))
    await publish(event('later still', 'kari'), event('another', 'ola'))
    await sent('another')
    expect(broker.of('kari')).toEqual([])
    expect(await refusedRows(under.database)).toMatchObject([
      { eventId: 'huge', code: 'record-too-large', attempts: 1, topic: 'nav.benefits' },
    ])
    refuse = false
    expect(await retryParked(under.database)).toBe(1)
    await drained()
    expect(broker.of('kari')).toEqual(['huge', 'after', 'later still'])
  })

  it('lets a topic that hangs, and one that is known to be stuck, starve no other', async () => {
    broker.onSend = (row) => (row.topic === 'hanging' ? new Promise(() => undefined) : Promise.resolve())
    start({ stuck: () => [{ topic: 'stuck', partition: 1 }] })
    const many = (topic: string): OutboxRow[] =>
      Array.from({ length: 3_000 }, (_, number) =>
        event(`${topic} ${number}`, `${topic} ${number}`, { topic, partition: number % 2 }),
      )
    await publish(...many('hanging'))
    await publish(...many('stuck'))
    await publish(...many('nav.benefits'))
    await vi.waitFor(
      () => expect(broker.log.filter(({ topic }) => topic === 'nav.benefits')).toHaveLength(3_000),
      8_000,
    )
    expect(broker.log.filter(({ topic }) => topic === 'stuck')).toHaveLength(1_500)
    expect(broker.log.filter(({ topic }) => topic === 'hanging')).toHaveLength(0)
  })

  it('says how much waits, and for how long', async () => {
    expect(await outboxStatus(under.database)).toEqual({ waiting: 0, oldestMilliseconds: undefined, parked: 0 })
    await publish(event('first', 'kari'), event('second', 'ola', { partition: 3 }))
    await new Promise((resolve) => setTimeout(resolve, 60))
    const status = await outboxStatus(under.database)
    expect(status).toMatchObject({ waiting: 2, parked: 0 })
    expect(status.oldestMilliseconds).toBeGreaterThanOrEqual(55)
  })

  const isActive = (relay: Relay): boolean => relay.state.active
  it('lets one of two processes relay, and the other take over when its connection is lost', async () => {
    const [one, two] = [start(), start({ database: under.open() })]
    await vi.waitFor(() => expect([one, two].filter(isActive)).toHaveLength(1))
    await endActiveRelay(under.database)
    await publish(event('after', 'kari'))
    await drained()
    await vi.waitFor(() => expect([one, two].filter(isActive)).toHaveLength(1), { timeout: 5_000 })
  })

  it('sends a row again whose acknowledgement came when it was no longer active', async () => {
    let acknowledge: (() => void) | undefined
    broker.onSend = (row) =>
      row.eventId === 'slow' && acknowledge === undefined
        ? new Promise((resolve) => (acknowledge = resolve))
        : Promise.resolve()
    start()
    await publish(event('slow', 'kari'), event('next', 'kari'))
    await vi.waitFor(() => expect(acknowledge).toBeDefined())
    await endActiveRelay(under.database)
    await vi.waitFor(() => expect(broker.eventIds).toEqual(['slow', 'next']), { timeout: 5_000 })
    acknowledge?.()
    await drained()
    expect(broker.of('kari')).toEqual(['slow', 'next'])
  })
})

async function endActiveRelay(database: Database): Promise<void> {
  await vi.waitFor(async () => {
    const { rowCount } = await database.query(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and granted and (classid::bigint << 32 | objid::bigint)
         = hashtextextended('samspill/relay/' || current_schema(), 0)`,
    )
    expect(rowCount).toBe(1)
  })
}
