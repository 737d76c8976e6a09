import { randomBytes } from 'node:crypto'
import { noHeaders } from '@samspill/contracts'
import { appendToOutbox, createOutboxTables, openDatabase, startRelay } from '@samspill/postgres'
import type { Database, OutboxRow, Relay, VacuumOutcome } from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { databaseUrl } from './running-database.ts'

const schema = 'office'
const rowBytes = 400
const perTransaction = 500
const event = (number: number): OutboxRow => ({
  eventId: `event-${number}`,
  type: 'nav.benefits.WageCompensationGranted',
  topic: 'nav.benefits',
  partition: number % 6,
  key: Buffer.from(`subject ${number}`),
  value: Buffer.alloc(rowBytes),
  headers: noHeaders,
})

/** A transaction that other tests hold open would keep vacuum from its work, were it in the same database. */
describe('the outbox of a busy relay, where autovacuum never comes', () => {
  let hub: Database
  let database: Database
  let relay: Relay | undefined
  let name: string
  let outcomes: VacuumOutcome[]
  let warnings: string[]
  beforeEach(async () => {
    name = `vacuum_${randomBytes(6).toString('hex')}`
    outcomes = []
    warnings = []
    hub = openDatabase({ url: databaseUrl(), log })
    await hub.query(`create database ${name}`)
    database = open()
    await createOutboxTables(database, schema)
    await database.query('alter table outbox set (autovacuum_enabled = off)')
  })
  afterEach(async () => {
    await relay?.[Symbol.asyncDispose]()
    await database[Symbol.asyncDispose]()
    await hub.query(`drop database ${name} with (force)`)
    await hub[Symbol.asyncDispose]()
  })

  const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} }
  const address = (user?: { readonly role: string; readonly password: string }): string => {
    const url = new URL(databaseUrl())
    url.pathname = name
    if (user !== undefined) Object.assign(url, { username: user.role, password: user.password })
    return url.href
  }
  const open = (user?: { readonly role: string; readonly password: string }): Database =>
    openDatabase({ url: address(user), schema, log })
  const start = (of: Database, restMilliseconds = 100): Relay => {
    relay = startRelay({
      database: of,
      send: () => Promise.resolve(),
      log,
      vacuum: { afterBytes: 4 * 1024 * 1024, restMilliseconds },
      onVacuum: (outcome) => void outcomes.push(outcome),
    })
    return relay
  }
  /** Publishes events until it is enough, and never more than the relay soon takes away. */
  const publish = async (most: number, isEnough = () => false): Promise<void> => {
    for (let number = 0; number < most && !isEnough(); number += perTransaction) {
      while (number - (relay?.state.sent ?? 0) > 5_000) await new Promise((resolve) => setTimeout(resolve, 5))
      const rows = Array.from({ length: perTransaction }, (_, at) => event(number + at))
      await database.transaction((transaction) => appendToOutbox(transaction, rows))
      relay?.wake()
    }
  }
  const drained = (): Promise<void> =>
    vi.waitFor(async () => expect((await database.query('select from outbox limit 1')).rowCount).toBe(0), 20_000)
  const megabytes = async (): Promise<number> => {
    const { rows } = await database.query<{ bytes: number }>(`select pg_total_relation_size('outbox') as bytes`)
    return (rows[0]?.bytes ?? 0) / 2 ** 20
  }

  it('takes the place of some 10,000 events, however many pass through it', async () => {
    start(database)
    await publish(200_000)
    await drained()
    expect(await megabytes()).toBeLessThan(30)
    expect(outcomes).toContain('freed')
    expect(warnings).toEqual([])
  }, 90_000)

  it('is vacuumed ever more rarely while a transaction that stays open holds deleted rows back, and told of once', async () => {
    const reader = await database.session()
    await reader.query('begin isolation level repeatable read')
    await reader.query('select from outbox')
    start(database)
    await publish(60_000)
    await drained()
    expect(outcomes.length).toBeLessThan(4)
    expect(new Set(outcomes)).toEqual(new Set(['nothing-freed']))
    expect(warnings).toEqual([expect.stringContaining('vacuum frees no space')])
    await reader[Symbol.asyncDispose]()
  }, 60_000)

  it('is relayed all the same by a role that may not vacuum it', async () => {
    const role = { role: `relay_${name}`, password: randomBytes(12).toString('hex') }
    await database.query(`create role ${role.role} login password '${role.password}'`)
    await database.query(`grant usage on schema ${schema} to ${role.role}`)
    await database.query(`grant select, update, delete on outbox to ${role.role}`)
    const own = open(role)
    try {
      // PostgreSQL counts what was deleted within a second or more: that must be little of what it counts.
      start(own, 3_000)
      await publish(10_000_000, () => warnings.length > 0)
      await drained()
      expect(warnings).toEqual([expect.stringContaining('vacuum frees no space')])
    } finally {
      await relay?.[Symbol.asyncDispose]()
      await own[Symbol.asyncDispose]()
      await database.query(`drop owned by ${role.role}`)
      await database.query(`drop role ${role.role}`)
    }
  }, 60_000)

  it('is relayed all the same where vacuum finds no connection', async () => {
    let sessions = 0
    const full: Database = {
      query: (text, values) => database.query(text, values),
      transaction: (work, options) => database.transaction(work, options),
      session: async () => {
        sessions += 1
        if (sessions > 1) throw new Error('too many connections')
        return database.session()
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    }
    start(full)
    await publish(60_000)
    await drained()
    expect(relay?.state).toMatchObject({ active: true, sent: 60_000 })
    expect(new Set(outcomes)).toEqual(new Set(['failed']))
    expect(new Set(warnings)).toEqual(new Set([expect.stringContaining('could not be vacuumed')]))
  }, 60_000)

  describe('whose vacuum takes long', () => {
    const vacuuming = async (): Promise<number> =>
      (await hub.query('select from pg_stat_progress_vacuum where datname = $1', [name])).rowCount
    beforeEach(async () => {
      await hub.query(`alter database ${name} set vacuum_cost_delay = '100ms'`)
      await hub.query(`alter database ${name} set vacuum_cost_limit = 1`)
      start(database)
    })

    it('is vacuumed by one at a time', async () => {
      await publish(40_000)
      await drained()
      expect(await vacuuming()).toBe(1)
      expect(outcomes).toEqual([])
    }, 60_000)

    it('lets the relay stop at once', async () => {
      await publish(20_000)
      await vi.waitFor(async () => expect(await vacuuming()).toBe(1), 5_000)
      const began = performance.now()
      await relay?.[Symbol.asyncDispose]()
      expect(performance.now() - began).toBeLessThan(2_000)
      expect(await vacuuming()).toBe(0)
      expect(warnings).toEqual([])
    }, 60_000)
  })
})
