import { createHash } from 'node:crypto'
import {
  acceptAll,
  claimParked,
  discard,
  discardedOffsets,
  discardRefused,
  dueRecords,
  listDeadLetters,
  migrate,
  park,
  parkAgain,
  readActions,
  readDeadLetter,
  readParkedPayload,
  redrive,
  redriveProgress,
  removeParked,
} from '@samspill/postgres'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { failed, layoff } from './parked-layoffs.ts'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

let under: SchemaUnderTest
beforeEach(async () => {
  under = schemaUnderTest()
  await migrate(under.database, under.schema)
  // Two subjects with a dead letter, and what waits behind them; a third one that is tried again.
  await park(under.database, [
    { record: layoff('kari', 10), failure: failed({ code: 'rates-missing', at: '2020-03-20T10:00:00Z' }) },
    { record: layoff('ola', 11), failure: failed({ code: 'permanent-failure', at: '2020-03-20T12:00:00Z' }) },
    { record: layoff('kari', 12), failure: undefined },
    { record: layoff('siv', 13), failure: { ...failed({ code: 'handler-failed' }), retryAt: Date.now() + 60_000 } },
    { record: layoff('kari', 14), failure: undefined },
  ])
})
afterEach(() => under[Symbol.asyncDispose]())

const kari = { by: 'kari', reason: 'the rate table is mended' }
const offsets = async (...given: Parameters<typeof listDeadLetters> extends [unknown, ...infer Rest] ? Rest : never) =>
  (await listDeadLetters(under.database, ...given)).map(({ offset }) => Number(offset))
const everything = (): Promise<unknown> =>
  under.database.query('select id, state, attempts, retry_at from parked_event order by id').then(({ rows }) => rows)

describe('the list of dead letters', () => {
  it('has those that wait for a person, oldest first, with how many wait behind each', async () => {
    const [first, second, ...others] = await listDeadLetters(under.database)
    expect(others).toEqual([])
    expect(first).toMatchObject({
      stream: 'nav.layoffs',
      code: 'rates-missing',
      behind: 2,
      offset: '10',
      state: 'dead',
    })
    expect(second).toMatchObject({ code: 'permanent-failure', behind: 0, type: 'nav.layoffs.LayoffRegistered' })
  })

  it.each([
    { filter: { stream: 'nav.layoffs' }, expected: [10, 11] },
    { filter: { stream: 'nav.benefits' }, expected: [] },
    { filter: { code: 'permanent-failure' }, expected: [11] },
    { filter: { from: new Date('2020-03-20T11:00:00Z') }, expected: [11] },
    { filter: { to: new Date('2020-03-20T12:00:00Z') }, expected: [10] },
    { filter: { from: new Date('2020-03-20T12:00:00Z'), to: new Date('2020-03-20T12:00:01Z') }, expected: [11] },
    { filter: { code: 'rates-missing', stream: 'nav.layoffs' }, expected: [10] },
  ])('can be narrowed: $filter', async ({ filter, expected }) => {
    expect(await offsets(filter)).toEqual(expected)
  })

  it('has those that are tried again too where asked, and no more than asked', async () => {
    expect(await offsets({}, { retrying: true })).toEqual([10, 11, 13])
    expect(await offsets({}, { retrying: true, limit: 2 })).toEqual([10, 11])
  })

  it('says of one who waits behind it, and nothing of its key or data', async () => {
    const [{ id } = { id: 0 }] = await listDeadLetters(under.database)
    const shown = await readDeadLetter(under.database, id)
    expect(shown?.behindIds).toEqual([id + 2, id + 4])
    expect(JSON.stringify(shown)).not.toContain('kari')
    expect((await readParkedPayload(under.database, id))?.value?.toString()).toContain('about kari')
    expect(await readDeadLetter(under.database, 999)).toBeUndefined()
  })
})

it('shows no national number that a plain client has put into an id, in lists and in what is written down', async () => {
  const { event, ...record } = layoff('ola', 30)
  const odd = { ...record, event: event && { ...event, id: 'report 23888212167' }, key: Buffer.from('odd') }
  await park(under.database, [{ record: odd, failure: failed({ code: 'odd' }) }])
  expect(await listDeadLetters(under.database, { code: 'odd' })).toMatchObject([{ eventId: 'report [number]' }])
  await discard(under.database, { code: 'odd' }, { ...kari, now: Date.now() })
  const [written] = await readActions(under.database)
  expect(written?.what).toMatchObject({ events: [{ eventId: 'report [number]', source: '/nav/layoffs' }] })
})

describe('a redrive', () => {
  it('makes the first of each subject due, from its first attempt, and writes down who and why', async () => {
    const redriven = await redrive(under.database, {}, kari)
    expect(redriven).toMatchObject({ events: 4, subjects: [{ stream: 'nav.layoffs' }, {}] })
    const due = await dueRecords(under.database, {
      streams: ['nav.layoffs'],
      now: Date.now() + 1_000,
      mostKeys: 10,
      mostPerKey: 10,
      mostBytes: 1_000_000,
    })
    expect(due.map(({ offset }) => Number(offset)).toSorted()).toEqual([10, 11, 12, 14])
    expect(due.every(({ attempts }) => attempts === 0)).toBe(true)
    const [action] = await readActions(under.database)
    expect(action).toMatchObject({ ...kari, action: 'redrive', what: { deadLetters: 2, events: 4 } })
    expect(JSON.stringify(action)).not.toContain('about')
  })

  it('can be repeated: what is under way already is left alone, and nothing is written down', async () => {
    await redrive(under.database, {}, kari)
    const before = await everything()
    expect(await redrive(under.database, {}, kari)).toMatchObject({ events: 0, subjects: [] })
    expect(await everything()).toEqual(before)
    expect(await readActions(under.database)).toHaveLength(1)
  })

  it('that two people start at once takes each dead letter once', async () => {
    const both = await Promise.all([redrive(under.database, {}, kari), redrive(under.open(), {}, kari)])
    expect(both.map(({ subjects }) => subjects.length).toSorted()).toEqual([0, 2])
  })

  it('goes at the rate that was asked for', async () => {
    const redriven = await redrive(under.database, {}, { ...kari, perSecond: 0.5 })
    const { rows } = await under.database.query<{ apart: number }>(
      `select extract(epoch from max(retry_at) - min(retry_at))::float8 as apart from parked_event
       where record_offset in (10, 11)`,
    )
    expect(rows[0]?.apart).toBeCloseTo(2)
    expect(redriven.lastDue.getTime() - Date.now()).toBeGreaterThan(1_000)
  })

  it('takes what is tried again later where it is named, and nothing that waits behind another', async () => {
    const [siv] = (await listDeadLetters(under.database, {}, { retrying: true })).filter(
      ({ offset }) => offset === '13',
    )
    const [{ id: kariFirst } = { id: 0 }] = await listDeadLetters(under.database)
    const redriven = await redrive(under.database, { ids: [siv?.id ?? 0, kariFirst + 2] }, kari)
    expect(redriven.subjects.map(({ id }) => id)).toEqual([siv?.id])
    expect(redriven.lastDue.getTime()).toBeLessThan(Date.now() + 5_000)
  })

  it('takes as many dead letters as there are', async () => {
    await under.database.query(
      `insert into parked_event (stream, key, topic, partition, record_offset, recorded_at, headers, state)
       select 'nav.layoffs', convert_to('person-' || number, 'utf8'), 'nav.layoffs', 1, number, now(), '', 'dead'
       from generate_series(1, 150000) as number`,
    )
    const redriven = await redrive(under.database, {}, { ...kari, perSecond: 1_000 })
    expect(redriven.subjects).toHaveLength(150_002)
    expect(redriven.lastDue.getTime() - Date.now()).toBeGreaterThan(100_000)
  })

  it('is followed to its end: handled, dead again, failed again, waiting', async () => {
    const redriven = await redrive(under.database, {}, kari)
    const [first, second] = redriven.subjects.map(({ id }) => BigInt(id)).toSorted()
    if (first === undefined || second === undefined) throw new Error('two were redriven')
    expect(await redriveProgress(under.database, redriven)).toMatchObject({ handled: 0, waiting: 4 })
    await removeParked(under.database, [first], Date.now())
    expect(await redriveProgress(under.database, redriven)).toMatchObject({ handled: 1, waiting: 3 })
    const again = failed({ code: 'rates-missing' })
    await parkAgain(under.database, [{ id: first + 2n, failure: again }])
    await parkAgain(under.database, [{ id: second, failure: { ...again, retryAt: Date.now() + 60_000 } }])
    expect(await redriveProgress(under.database, redriven)).toMatchObject({
      handled: 1,
      waiting: 0,
      deadAgain: [{ id: Number(first + 2n), code: 'rates-missing', behind: 1 }],
      failedAgain: [{ id: Number(second), behind: 0 }],
    })
    await park(under.database, [{ record: layoff('ola', 20), failure: undefined }])
    await removeParked(under.database, [second], Date.now())
    expect(await redriveProgress(under.database, redriven)).toMatchObject({ handled: 2, failedAgain: [] })
  })
})

describe('a discard', () => {
  const now = Date.now()

  it('takes the dead letter away, with a reason that is kept, and lets the next of its subject go on', async () => {
    const ids = await discard(under.database, { code: 'rates-missing' }, { ...kari, now })
    expect(await offsets()).toEqual([11])
    const { rows } = await under.database.query('select record_offset, retry_at from parked_event order by id limit 2')
    expect(rows).toMatchObject([{ record_offset: 11 }, { record_offset: 12, retry_at: new Date(now) }])
    const [action] = await readActions(under.database)
    expect(action).toMatchObject({ ...kari, action: 'discard', what: { deadLetters: 1, events: [{ id: ids[0] }] } })
    expect(await discardedOffsets(under.database, 'nav.layoffs', 0, [9n, 10n, 11n])).toEqual(new Set([10n]))
  })

  it('makes the event one that has been seen, for when it comes again', async () => {
    await discard(under.database, { code: 'rates-missing' }, { ...kari, now })
    expect(await acceptAgain('kari', 10)).toEqual(['seen'])
    expect(await acceptAgain('ola', 11)).toEqual(['new'])
  })

  it('of an event under another one’s identity leaves that identity to the right one', async () => {
    await park(under.database, [{ record: layoff('per', 15), failure: failed({ code: 'foreign-source' }) }])
    expect(await discard(under.database, { code: 'foreign-source' }, { ...kari, now })).toHaveLength(1)
    expect(await acceptAgain('per', 15)).toEqual(['new'])
  })

  it('takes only dead ones by a filter, and whatever is named by id', async () => {
    expect(await discard(under.database, { stream: 'nav.layoffs' }, { ...kari, now })).toHaveLength(2)
    const { rows } = await under.database.query<{ id: number }>('select id from parked_event order by id')
    const ids = rows.map(({ id }) => id)
    expect(await discard(under.database, { ids: [...ids, 999] }, { ...kari, now })).toEqual(ids)
    expect(await everything()).toEqual([])
  })

  it('waits for whoever handles the event now, and leaves it alone when it came through', async () => {
    const [{ id } = { id: 0 }] = await listDeadLetters(under.database)
    await redrive(under.database, { ids: [id] }, kari)
    let discarded: Promise<readonly number[]> | undefined
    await under.database.transaction(async (transaction) => {
      await claimParked(transaction, [BigInt(id)], Date.now() + 1_000)
      discarded = discard(under.open(), { ids: [id, id + 2] }, { ...kari, now })
      await new Promise((resolve) => setTimeout(resolve, 100))
      await removeParked(transaction, [BigInt(id), BigInt(id + 2)], now)
    })
    expect(await discarded).toEqual([])
    expect((await readActions(under.database)).map(({ action }) => action)).toEqual(['redrive'])
  })

  it('takes rows from the outbox that the brokers refuse, and no others', async () => {
    const { rows } = await under.database.query<{ id: number }>(
      `insert into outbox (event_id, type, topic, partition, key, value, headers, last_error_code, parked_at, retry_at)
       values ('1', 't', 'nav.layoffs', 0, 'k', 'v', '\\x00', 'record-too-large', now(), now() + interval '1 minute'),
              ('2', 't', 'nav.layoffs', 0, 'k', 'v', '\\x00', null, null, null) returning id`,
    )
    const ids = rows.map(({ id }) => id)
    expect(await discardRefused(under.database, ids, kari)).toEqual(ids.slice(0, 1))
    expect((await readActions(under.database))[0]).toMatchObject({
      action: 'discard',
      what: { outboxRows: 1, events: [{ eventId: '1', code: 'record-too-large' }] },
    })
  })

  const acceptAgain = (subject: string, offset: number): Promise<readonly string[]> => {
    const { event, value, topic, partition } = layoff(subject, offset)
    const contentHash = createHash('sha256')
      .update(value?.subarray(5) ?? '')
      .digest('binary')
    if (event === undefined) throw new Error('a layoff is an event')
    const entry = { ...event, contentHash, topic, partition, offset: BigInt(offset + 100), replay: false }
    return under.database.transaction((transaction) => acceptAll(transaction, [entry]))
  }
})
