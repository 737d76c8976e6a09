import { noHeaders } from '@samspill/contracts'
import { appendToOutbox, migrate, startRelay, type OutboxRow } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const event = (number: number): OutboxRow => ({
  eventId: `event-${number}`,
  type: 'nav.benefits.WageCompensationGranted',
  topic: 'nav.benefits',
  partition: number % 30,
  key: Buffer.from(`subject ${number % 1_200}`),
  value: Buffer.from('granted'),
  headers: noHeaders,
})
const forEver = (): Promise<never> => new Promise(() => {})

describe('a relay whose broker takes nothing', () => {
  let under: SchemaUnderTest
  let warnings: string[]
  beforeEach(async () => {
    under = schemaUnderTest()
    warnings = []
    await migrate(under.database, under.schema)
  })
  afterEach(() => under[Symbol.asyncDispose]())

  const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
  const publish = (count: number): Promise<void> =>
    under.database.transaction((transaction) =>
      appendToOutbox(
        transaction,
        Array.from({ length: count }, (_, number) => event(number)),
      ),
    )
  const left = async (): Promise<number> => (await under.database.query('select from outbox')).rowCount

  it('keeps its lock while it holds all it has room for', async () => {
    await publish(18_000)
    await using relay = startRelay({ database: under.database, send: forEver, log, drainMilliseconds: 0 })
    await vi.waitFor(() => expect(relay.state.underWay).toBeGreaterThan(1_000), { timeout: 8_000 })
    await new Promise((resolve) => setTimeout(resolve, 9_000))
    expect(relay.state.active).toBe(true)
    expect(warnings).toEqual([])
  })

  it('deletes what is acknowledged while it stops, however long the rest takes', async () => {
    await publish(50)
    const relay = startRelay({
      database: under.database,
      log,
      send: ({ eventId }) => (eventId === 'event-7' ? forEver() : Promise.resolve()),
      drainMilliseconds: 7_000,
    })
    await vi.waitFor(() => expect(relay.state.sent).toBe(49))
    await relay[Symbol.asyncDispose]()
    expect(await left()).toBe(1)
    expect(warnings).toEqual([])
  })

  it('takes back what has not gone out when its connection is gone: another may relay it now', async () => {
    await publish(1)
    const signals: AbortSignal[] = []
    await using relay = startRelay({
      database: under.database,
      log,
      send: (_row, signal) => {
        signals.push(signal)
        return forEver()
      },
      drainMilliseconds: 0,
    })
    await vi.waitFor(() => expect(relay.state.underWay).toBe(1))
    await under.database.query(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'advisory' and ((classid::bigint << 32) | objid::bigint) = hashtextextended('samspill/relay/' || current_schema(), 0)`,
    )
    await vi.waitFor(() => expect(signals).toHaveLength(2), { timeout: 5_000 })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })
})
