import { encodeHeaders } from '@samspill/contracts'
import { appendToOutbox, createOutboxTables, migrate, type OutboxRow } from '@samspill/postgres'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseUrl, schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const granted = (eventId: string, key = 'k1'): OutboxRow => ({
  eventId,
  type: 'nav.benefits.WageCompensationGranted',
  topic: 'nav.benefits',
  partition: 4,
  key: Buffer.from(key),
  value: Buffer.from([0, 0, 0, 0, 7, 255]),
  headers: encodeHeaders([['ce_id', Buffer.from(eventId)]]),
})

describe('the outbox', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  beforeEach(() => under.database.query('truncate outbox'))
  afterAll(() => under[Symbol.asyncDispose]())

  const eventIds = async (): Promise<readonly string[]> =>
    (await under.database.query<{ event_id: string }>('select event_id from outbox order by id')).rows.map(
      (row) => row.event_id,
    )

  it('keeps events in the order in which they were given', async () => {
    const rows = Array.from({ length: 1_000 }, (_, number) => granted(`event ${number}`, `key ${number % 7}`))
    await under.database.transaction((transaction) => appendToOutbox(transaction, rows))
    expect(await eventIds()).toEqual(rows.map((row) => row.eventId))
  })

  it("keeps a subject's events in the order in which their transactions commit", async () => {
    const other = under.open()
    let later: Promise<void> | undefined
    await under.database.transaction(async (transaction) => {
      await appendToOutbox(transaction, [granted('first')])
      later = other.transaction((rival) => appendToOutbox(rival, [granted('second')]))
      await new Promise((resolve) => setTimeout(resolve, 80))
      expect(await eventIds()).toEqual([])
    })
    await later
    expect(await eventIds()).toEqual(['first', 'second'])
  })

  it('never deadlocks when two processes publish about the same subjects crosswise', async () => {
    const other = under.open()
    const rows = Array.from({ length: 50 }, (_, number) => granted(`event ${number}`, `key ${number}`))
    const publishOften = (database: typeof under.database, given: OutboxRow[]): Promise<void[]> =>
      Promise.all(
        Array.from({ length: 20 }, () => database.transaction((transaction) => appendToOutbox(transaction, given))),
      )
    await Promise.all([publishOften(under.database, rows), publishOften(other, rows.toReversed())])
    expect(await eventIds()).toHaveLength(2_000)
  })

  const plainClient = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: databaseUrl() })
    await client.connect()
    return client
  }

  it('takes events from a plain client in its own transaction, in any schema', async () => {
    await using elsewhere = schemaUnderTest()
    await createOutboxTables(elsewhere.database, elsewhere.schema)
    const client = await plainClient()
    try {
      await client.query('begin')
      await appendToOutbox(client, [granted('lost')], { schema: elsewhere.schema })
      await client.query('rollback')
      await client.query('begin')
      await appendToOutbox(client, [granted('kept')], { schema: elsewhere.schema })
      await client.query('commit')
    } finally {
      await client.end()
    }
    expect((await elsewhere.database.query('select event_id, topic, partition, value from outbox')).rows).toEqual([
      { event_id: 'kept', topic: 'nav.benefits', partition: 4, value: granted('kept').value },
    ])
  })

  it.each([
    { statements: 'named', kept: 2 },
    { statements: 'unnamed', kept: 0 },
  ] as const)('keeps $kept statements in a plain client that takes $statements ones', async ({ statements, kept }) => {
    const client = await plainClient()
    const options = { schema: under.schema, statements }
    try {
      await appendToOutbox(client, [granted('one')], options)
      await appendToOutbox(client, [granted('one more')], options)
      await appendToOutbox(client, [granted('two'), granted('three')], options)
      expect((await client.query('select from pg_prepared_statements')).rowCount).toBe(kept)
    } finally {
      await client.end()
    }
    expect(await eventIds()).toEqual(['one', 'one more', 'two', 'three'])
  })
})
