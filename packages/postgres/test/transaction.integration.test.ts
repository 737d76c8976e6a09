import { HubError } from '@samspill/contracts'
import { isConnectionLoss, isTransient, StatementError } from '@samspill/postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

describe('a transaction', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await under.database.query(`create schema "${under.schema}"`)
    await under.database.query('create table grant_given (person text primary key, days int not null)')
  })
  afterAll(() => under[Symbol.asyncDispose]())

  const failureOf = async (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )
  const days = async (person: string): Promise<number | undefined> => {
    const { rows } = await under.database.query<{ days: number }>('select days from grant_given where person = $1', [
      person,
    ])
    return rows[0]?.days
  }

  it('commits what its statements wrote, also those that nobody awaited', async () => {
    const result = await under.database.transaction(async (transaction) => {
      void transaction.query('insert into grant_given values ($1, $2)', ['kari', 18])
      void transaction.query('update grant_given set days = days + 1 where person = $1', ['kari'])
      return 'granted'
    })
    expect(result).toBe('granted')
    expect(await days('kari')).toBe(19)
  })

  it('answers pipelined statements in the order in which they were issued', async () => {
    const numbers = await under.database.transaction(async (transaction) => {
      const answers = Array.from({ length: 50 }, (_, number) =>
        transaction.query<{ number: number }>('select $1::int as number', [number]),
      )
      return (await Promise.all(answers)).map((answer) => answer.rows[0]?.number)
    })
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, number) => number))
  })

  it('rejects with the first failing statement, not with what PostgreSQL says of the later ones', async () => {
    const failure = await failureOf(
      under.database.transaction(async (transaction) => {
        void transaction.query('insert into grant_given values ($1, $2)', ['ola', 3])
        void transaction.query('insert into grant_given values ($1, $2)', ['ola', 4])
        await transaction.query('select count(*) from grant_given where days > $1', [0])
      }),
    )
    expect(failure).toBeInstanceOf(StatementError)
    expect(failure).toMatchObject({ sqlState: '23505', table: 'grant_given', constraint: 'grant_given_pkey' })
    expect(await days('ola')).toBeUndefined()
  })

  it('fails when a statement failed that the handler forgot to await', async () => {
    const failure = await failureOf(
      under.database.transaction(async (transaction) => {
        void transaction.query('insert into grant_given values ($1, $2)', ['per', null])
      }),
    )
    expect(failure).toMatchObject({ sqlState: '23502', column: 'days' })
  })

  it('never repeats a value in an error', async () => {
    const number = '13861012345'
    const failing: (() => Promise<unknown>)[] = [
      () => under.database.query('select $1::int', [`${number}x`]),
      () => under.database.query('insert into grant_given values ($1, 1), ($1, 1)', [number]),
      () => under.database.transaction((transaction) => transaction.query('select $1::date', [number])),
      () => under.database.query(`select ${number}x`),
    ]
    for (const statement of failing) {
      const failure = await failureOf(statement())
      expect(failure).toBeInstanceOf(StatementError)
      expect(JSON.stringify(failure) + String(failure) + String((failure as Error).cause)).not.toContain(number)
    }
  })

  it('rolls back what the work wrote before it threw, and rejects with what it threw', async () => {
    const thrown = new HubError('income-missing', 'no income is known')
    const failure = await failureOf(
      under.database.transaction(async (transaction) => {
        await transaction.query('insert into grant_given values ($1, 5)', ['siri'])
        throw thrown
      }),
    )
    expect(failure).toBe(thrown)
    expect(await days('siri')).toBeUndefined()
  })

  it('fails where a rule is checked only at COMMIT and does not hold', async () => {
    await under.database.query('create table late (id int primary key deferrable initially deferred)')
    const failing = under.database.transaction((transaction) => transaction.query('insert into late values (1), (1)'))
    expect(await failureOf(failing)).toMatchObject({ sqlState: '23505', table: 'late' })
  })

  it('refuses work that ends the transaction itself', async () => {
    const ended = under.database.transaction((transaction) => transaction.query('commit'))
    expect(await failureOf(ended)).toMatchObject({ code: 'transaction-ended-inside' })
  })

  it('refuses a statement that comes after its end', async () => {
    const late = await under.database.transaction(async (transaction) =>
      transaction.query.bind(transaction, 'select 1'),
    )
    expect(await failureOf(late())).toMatchObject({ code: 'transaction-over' })
  })

  it('reads columns as its documentation says, and takes them back', async () => {
    const [row] = (
      await under.database.query<Record<string, unknown>>(
        `select 9007199254740991::bigint as whole, 12.50::numeric as money, date '2020-03-20' as day,
           timestamptz '2020-03-20T08:30:00Z' as moment, '\\x00ff'::bytea as bytes, array[date '2020-03-20'] as days`,
      )
    ).rows
    expect(row).toEqual({
      whole: Number.MAX_SAFE_INTEGER,
      money: '12.50',
      day: '2020-03-20',
      moment: new Date('2020-03-20T08:30:00Z'),
      bytes: Buffer.from([0, 255]),
      days: ['2020-03-20'],
    })
    expect(await failureOf(under.database.query('select 9007199254740993::bigint'))).toMatchObject({
      code: 'number-out-of-range',
    })
  })

  it('finds a deadlock transient, and a rule that does not hold not', async () => {
    await under.database.query(`insert into grant_given values ('a', 1), ('b', 1)`)
    const touch = (first: string, second: string): Promise<unknown> =>
      under.database.transaction(async (transaction) => {
        await transaction.query('update grant_given set days = 2 where person = $1', [first])
        await new Promise((resolve) => setTimeout(resolve, 100))
        await transaction.query('update grant_given set days = 2 where person = $1', [second])
      })
    const failures = await Promise.all([failureOf(touch('a', 'b')), failureOf(touch('b', 'a'))])
    expect(failures.filter(isTransient)).toHaveLength(1)
    expect(failures.filter((failure) => failure === undefined)).toHaveLength(1)
    expect(isTransient(await failureOf(under.database.query(`insert into grant_given values ('a', 1)`)))).toBe(false)
  })

  it('says that the database is unavailable when its connection is ended, and works again at once', async () => {
    const failure = await failureOf(
      under.database.transaction(async (transaction) => {
        const { rows } = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid')
        await under.database.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await transaction.query('select 1')
      }),
    )
    expect(isConnectionLoss(failure)).toBe(true)
    expect((await under.database.query<{ one: number }>('select 1 as one')).rows).toEqual([{ one: 1 }])
  })

  it('survives that its connection ends while the handler is busy elsewhere', async () => {
    const failure = await failureOf(
      under.database.transaction(async (transaction) => {
        const { rows } = await transaction.query<{ pid: number }>('select pg_backend_pid() as pid')
        await under.database.query('select pg_terminate_backend($1)', [rows[0]?.pid])
        await new Promise((resolve) => setTimeout(resolve, 100))
      }),
    )
    expect(isConnectionLoss(failure)).toBe(true)
  })

  it('says that the database is unavailable where nobody listens', async () => {
    const nowhere = under.open({ url: 'postgres://samspill@127.0.0.1:1/samspill' })
    expect(isConnectionLoss(await failureOf(nowhere.query('select 1')))).toBe(true)
    expect(isConnectionLoss(await failureOf(nowhere.transaction(async () => undefined)))).toBe(true)
    expect(isConnectionLoss(await failureOf(nowhere.session()))).toBe(true)
  })

  it('ends a statement that takes too long', async () => {
    const impatient = under.open({ statementMilliseconds: 100 })
    expect(await failureOf(impatient.query('select pg_sleep(5)'))).toMatchObject({ code: 'statement-timeout' })
  })

  it('ends a transaction that stays open without a statement', async () => {
    const impatient = under.open({ idleInTransactionMilliseconds: 100 })
    const slow = impatient.transaction(() => new Promise((resolve) => setTimeout(resolve, 400)))
    expect(await failureOf(slow)).toMatchObject({ code: 'transaction-idle' })
  })
})
