import { isConnectionLoss, isTransient, type Transaction } from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'
import { recordingProxy } from './wire/recording-proxy.ts'

describe('the statements of a transaction', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await under.database.query(`create schema "${under.schema}"`)
    await under.database.query('create table payment (id int primary key, amount int not null check (amount > 0))')
  })
  beforeEach(() => under.database.query('truncate payment'))
  afterAll(() => under[Symbol.asyncDispose]())

  const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)
  const pay = (transaction: Transaction, id: number, amount = 100): Promise<unknown> =>
    transaction.query('insert into payment values ($1, $2)', [id, amount])
  const payments = async (): Promise<number> =>
    (await under.database.query<{ count: number }>('select count(*) from payment')).rows[0]?.count ?? -1

  it('go out with one Sync for each turn in which some are issued, and one with COMMIT', async () => {
    await using proxy = await recordingProxy()
    const database = under.open({ url: proxy.url, maxConnections: 1 })
    await database.transaction((transaction) => pay(transaction, 0))
    proxy.forget()
    await database.transaction(async (transaction) => {
      await Promise.all(Array.from({ length: 100 }, (_, id) => pay(transaction, id + 1)))
      await Promise.all(Array.from({ length: 100 }, (_, id) => pay(transaction, id + 101)))
    })
    const [begin, commit] = ['PBDE', 'PBDES']
    expect(proxy.codes).toBe(`${begin}${'BE'.repeat(100)}S${'BE'.repeat(100)}S${commit}`)
  })

  it('after one that fails are not run, and fail with it', async () => {
    const own = under.open({ maxConnections: 1 })
    const outcomes: unknown[] = []
    const failing = own.transaction(async (transaction) => {
      const all = [1, 2, 2, 3, 4].map((id) => pay(transaction, id))
      for (const { status, ...outcome } of await Promise.allSettled(all)) outcomes.push([status, outcome])
      outcomes.push(await failureOf(transaction.query('select 1')))
    })
    const failure = await failureOf(failing)
    expect(failure).toMatchObject({ sqlState: '23505' })
    const rejected = ['rejected', { reason: failure }]
    expect(outcomes.slice(2)).toEqual([rejected, rejected, rejected, failure])
    expect(await payments()).toBe(0)
    await own.transaction((transaction) => pay(transaction, 1))
    expect(await payments()).toBe(1)
  })

  it('fail together where the last of many fails', async () => {
    const failing = under.database.transaction(async (transaction) => {
      for (let id = 0; id < 500; id += 1) void pay(transaction, id)
      void pay(transaction, 500, -1)
    })
    expect(await failureOf(failing)).toMatchObject({ sqlState: '23514', constraint: 'payment_amount_check' })
    expect(await payments()).toBe(0)
  })

  it('may be used again that the server passed over when they came for the first time', async () => {
    const own = under.open({ maxConnections: 1 })
    const total = 'select sum(amount) as total from payment where id >= $1'
    await failureOf(
      own.transaction(async (transaction) => {
        void pay(transaction, 1, -1)
        await transaction.query(total, [0])
      }),
    )
    await own.transaction((transaction) => pay(transaction, 1))
    expect((await own.query(total, [0])).rows).toEqual([{ total: 100 }])
  })

  it('are prepared anew once a table has changed under them', async () => {
    const own = under.open({ maxConnections: 1 })
    await own.query('create table changing (id int)')
    const read = (): Promise<unknown> =>
      own.transaction((transaction) => transaction.query('select * from changing where id > $1', [0]))
    await read()
    await own.query('alter table changing add column name text')
    expect(await failureOf(read())).toMatchObject({ sqlState: '0A000' })
    await read()
  })

  it(
    'do not wait for each other when both sides have more to say than the network holds',
    { timeout: 60_000 },
    async () => {
      const large = 'æ'.repeat(4_000)
      const lengths = await under.database.transaction(async (transaction) => {
        const answers = Array.from({ length: 5_000 }, (_, number) =>
          transaction.query<{ number: number; text: string }>('select $1::int as number, $2::text as text', [
            number,
            large,
          ]),
        )
        const rows = (await Promise.all(answers)).map((answer) => answer.rows[0])
        return rows.filter((row, number) => row?.number === number && row.text.length === large.length).length
      })
      expect(lengths).toBe(5_000)
    },
  )

  it('fail with the statement that was cancelled, and the connection serves the next', async () => {
    const own = under.open({ maxConnections: 1 })
    const failure = await failureOf(
      own.transaction(async (transaction) => {
        const { rows } = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid')
        const slow = transaction.query('select pg_sleep(30)')
        void pay(transaction, 1)
        await new Promise((resolve) => setTimeout(resolve, 50))
        await under.database.query('select pg_cancel_backend($1)', [rows[0]?.pid])
        await slow
      }),
    )
    expect(failure).toMatchObject({ code: 'statement-timeout', sqlState: '57014' })
    expect(isTransient(failure)).toBe(false)
    expect((await own.query('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('fail where one of their values cannot be written, and leave the others in line', async () => {
    const circular: Record<string, unknown> = {}
    circular['self'] = circular
    const own = under.open({ maxConnections: 1 })
    const failing = own.transaction(async (transaction) => {
      void pay(transaction, 1)
      void transaction.query('select $1::json', [circular])
      await pay(transaction, 2)
    })
    expect(await failureOf(failing)).toMatchObject({ code: 'statement-failed' })
    expect(await payments()).toBe(0)
    expect((await own.query('select $1::json as value', [{ days: 3 }])).rows).toEqual([{ value: { days: 3 } }])
  })

  it('fail where a number is too large to be read, although the server has carried all of them out', async () => {
    const failing = under.database.transaction(async (transaction) => {
      await pay(transaction, 1)
      void transaction.query('select 9007199254740993::bigint as number')
    })
    expect(await failureOf(failing)).toMatchObject({ code: 'number-out-of-range' })
    expect(await payments()).toBe(0)
  })

  it('do not hang where the client would have to copy', async () => {
    expect(await failureOf(under.database.query('copy payment from stdin'))).toMatchObject({ code: 'statement-failed' })
    expect(await payments()).toBe(0)
  })

  it('are lost when the server says nothing for longer than a statement may take', { timeout: 30_000 }, async () => {
    await using proxy = await recordingProxy()
    const database = under.open({ url: proxy.url, statementMilliseconds: 10 })
    const failing = database.transaction(async (transaction) => {
      await pay(transaction, 1)
      proxy.silence()
      await pay(transaction, 2)
    })
    expect(isConnectionLoss(await failureOf(failing))).toBe(true)
  })
})

describe('a statement on its own', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await under.database.query(`create schema "${under.schema}"`)
  })
  afterAll(() => under[Symbol.asyncDispose]())

  it('stands only when its own commit stands', async () => {
    await under.database.query('create table late (id int primary key deferrable initially deferred)')
    const failing = under.database.query('insert into late select 1 from generate_series(1, $1)', [2])
    await expect(failing).rejects.toMatchObject({ sqlState: '23505', table: 'late' })
  })

  it('gives the answer of the last of several commands', async () => {
    const text =
      'create table several (id int); insert into several values (1), (2); select id from several order by id'
    expect(await under.database.query(text)).toMatchObject({ rows: [{ id: 1 }, { id: 2 }], rowCount: 2 })
    expect(await under.database.query('select 1; delete from several')).toMatchObject({ rows: [], rowCount: 2 })
  })

  it('reads columns alike each time, also those that come in binary form from the second time on', async () => {
    const own = under.open({ maxConnections: 1 })
    const read = (): Promise<unknown> =>
      own
        .query(
          `select $1::bytea as bytes, null::bytea as none, $2::timestamptz as moment, '1969-12-31 23:59:59.9995Z'::timestamptz as early,
             'infinity'::timestamptz as ever, '2300-01-01 00:00:00.000999Z'::timestamptz as late, -7::bigint as number,
             true as yes, 'æøå'::text as text, 12.50::numeric as money, array[1, 2] as list`,
          [Buffer.from([0, 255]), new Date('2020-03-20T08:30:00.123Z')],
        )
        .then((answer) => answer.rows[0])
    const expected = {
      bytes: Buffer.from([0, 255]),
      none: null,
      moment: new Date('2020-03-20T08:30:00.123Z'),
      early: new Date('1969-12-31T23:59:59.999Z'),
      ever: Infinity,
      late: new Date('2300-01-01T00:00:00.000Z'),
      number: -7,
      yes: true,
      text: 'æøå',
      money: '12.50',
      list: [1, 2],
    }
    expect(await read()).toEqual(expected)
    expect(await read()).toEqual(expected)
  })
})
