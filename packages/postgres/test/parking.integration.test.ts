import { encodeHeaders } from '@samspill/contracts'
import {
  acceptAll,
  claimParked,
  closeBreaker,
  dueRecords,
  holdParkedKeys,
  migrate,
  openBreaker,
  openBreakers,
  park,
  parkAgain,
  parkingStatus,
  removeParked,
  wakeForgotten,
  type Database,
  type ParkedFailure,
  type RecordToPark,
} from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const monday = Date.parse('2026-11-16T08:00:00Z')
const kari = Buffer.from('key of kari')
const ola = Buffer.from('key of ola')
const refused: ParkedFailure = {
  attempts: 1,
  retryAt: monday + 1_000,
  code: 'handler-failed',
  reason: 'the handler threw TypeError; the service’s log has more',
  failedAt: monday,
  traceparent: undefined,
}
const all = { streams: ['nav.layoffs'], now: monday + 60_000, mostKeys: 10, mostPerKey: 10, mostBytes: 1_000_000 }

describe('parked events', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  beforeEach(() => under.database.query('truncate parked_event, inbox'))
  afterAll(() => under[Symbol.asyncDispose]())

  it('come back as they were read, first the failed one and then what waits behind it', async () => {
    await under.database.transaction((transaction) =>
      park(transaction, [
        { record: layoff(kari, 1n), failure: refused },
        { record: layoff(kari, 2n), failure: undefined },
        { record: layoff(ola, 3n), failure: { ...refused, retryAt: undefined } },
      ]),
    )
    const records = await dueRecords(under.database, all)
    expect(records).toMatchObject([
      { ...bytesOf(layoff(kari, 1n)), head: true, attempts: 1, failedAt: monday },
      { ...bytesOf(layoff(kari, 2n)), head: false, attempts: 0, failedAt: undefined },
    ])
    expect(await dueRecords(under.database, { ...all, now: monday + 999 })).toEqual([])
    expect(await parkingStatus(under.database, ['nav.layoffs', 'nav.benefits'])).toEqual([
      { stream: 'nav.benefits', parked: 0, retrying: 0, dead: 0 },
      { stream: 'nav.layoffs', parked: 3, retrying: 1, dead: 1 },
    ])
    // Of a stream that the service reads no longer, too.
    expect(await parkingStatus(under.database, ['nav.benefits'])).toMatchObject([
      { stream: 'nav.benefits' },
      { stream: 'nav.layoffs', dead: 1 },
    ])
  })

  it('are parked once, and not at all when their event has been handled', async () => {
    const handled = layoff(kari, 1n)
    const added = await under.database.transaction(async (transaction) => {
      await acceptAll(transaction, [inboxEntry(handled)])
      return [
        await park(transaction, [{ record: handled, failure: undefined }]),
        await park(transaction, [{ record: layoff(kari, 2n), failure: refused }]),
        await park(transaction, [{ record: layoff(kari, 2n), failure: refused }]),
      ]
    })
    expect(added).toEqual([0, 1, 0])
  })

  it('are due one after the other, as those before them go', async () => {
    await parked(under.database, [layoff(kari, 1n), layoff(kari, 2n), layoff(kari, 3n)])
    const [first] = await dueRecords(under.database, all)
    await under.database.transaction((transaction) => removeParked(transaction, [first?.id ?? 0n], monday))
    const [second, third] = await dueRecords(under.database, { ...all, now: monday })
    expect([second?.offset, second?.head, third?.offset, third?.head]).toEqual([2n, true, 3n, false])
  })

  it('wait for a person when they are dead, and whoever is behind them waits too', async () => {
    await parked(under.database, [layoff(kari, 1n), layoff(kari, 2n)])
    const [first] = await dueRecords(under.database, all)
    const failure = { ...refused, attempts: 12, retryAt: undefined, code: 'permanent-failure' }
    await under.database.transaction((transaction) => parkAgain(transaction, [{ id: first?.id ?? 0n, failure }]))
    expect(await dueRecords(under.database, all)).toEqual([])
    const { rows } = await under.database.query('select state, attempts, code, died_at from parked_event order by id')
    expect(rows).toMatchObject([
      { state: 'dead', attempts: 12, code: 'permanent-failure', died_at: new Date(monday) },
      { state: 'waiting', attempts: 0, code: null, died_at: null },
    ])
  })

  it('are claimed by one process at a time, key by key', async () => {
    await parked(under.database, [layoff(kari, 1n)])
    await parked(under.database, [layoff(ola, 2n)])
    const ids = (await dueRecords(under.database, all)).map(({ id }) => id)
    const other = under.open()
    const claims = await under.database.transaction(async (transaction) => {
      const mine = await claimParked(transaction, ids.slice(0, 1), all.now)
      const theirs = await other.transaction((second) => claimParked(second, ids, all.now))
      return { mine, theirs, seen: await dueRecords(other, all) }
    })
    expect([...claims.mine]).toEqual(ids.slice(0, 1))
    expect([...claims.theirs]).toEqual(ids.slice(1))
    expect(claims.seen.map(({ offset }) => offset)).toEqual([2n])
  })

  it('cannot be claimed by one who has read of them before another has put them off', async () => {
    await parked(under.database, [layoff(kari, 1n)])
    const [{ id } = { id: 0n }] = await dueRecords(under.database, all)
    await under.database.transaction((transaction) =>
      parkAgain(transaction, [{ id, failure: { ...refused, attempts: 2, retryAt: all.now + 1 } }]),
    )
    const claimed = await under.database.transaction((transaction) => claimParked(transaction, [id], all.now))
    expect(claimed.size).toBe(0)
  })

  it('are read in bounds: so many keys, so many of each, so many bytes', async () => {
    await parked(
      under.database,
      [1n, 2n, 3n, 4n].map((offset) => layoff(kari, offset)),
    )
    await parked(under.database, [layoff(ola, 5n)])
    const offsets = async (bounds: Partial<typeof all>): Promise<bigint[]> =>
      (await dueRecords(under.database, { ...all, ...bounds })).map(({ offset }) => offset)
    expect(await offsets({ mostPerKey: 2 })).toEqual([1n, 2n, 5n])
    expect(await offsets({ mostKeys: 1 })).toEqual([1n, 2n, 3n, 4n])
    expect(await offsets({ mostBytes: 25 })).toEqual([1n, 2n])
    expect(await offsets({ mostBytes: 1 })).toEqual([1n])
    expect(await offsets({ streams: ['nav.benefits'] })).toEqual([])
  })

  it('are woken where somebody has deleted what stood before them', async () => {
    await parked(under.database, [layoff(kari, 1n), layoff(kari, 2n)])
    await parked(under.database, [layoff(ola, 3n), layoff(ola, 4n)])
    await under.database.query('delete from parked_event where record_offset = 1')
    expect(await wakeForgotten(under.database, monday)).toBe(1)
    expect(await wakeForgotten(under.database, monday)).toBe(0)
    expect((await dueRecords(under.database, { ...all, now: monday })).map(({ offset }) => offset)).toEqual([2n])
  })

  it('are neither forgotten nor overtaken when the last of a key goes while another comes', async () => {
    const other = under.open()
    for (let round = 0; round < 200; round += 1) {
      const next = layoff(kari, BigInt(2 * round + 1))
      await parked(under.database, [layoff(kari, BigInt(2 * round))])
      const [first] = await dueRecords(under.database, all)
      const remove = under.database.transaction(async (transaction) => {
        const claimed = await claimParked(transaction, [first?.id ?? 0n], all.now)
        if (round % 3 === 0) await new Promise((resolve) => setTimeout(resolve, round % 7))
        await removeParked(transaction, [...claimed], monday)
      })
      const add = other.transaction(async (transaction) => {
        const held = await holdParkedKeys(transaction, 'nav.layoffs', [kari])
        if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, round % 5))
        if (held.has(kari.toString('hex'))) await park(transaction, [{ record: next, failure: undefined }])
        return held.size > 0
      })
      const [, waits] = await Promise.all([remove, add])
      const due = await dueRecords(under.database, all)
      expect(due.map(({ offset }) => offset)).toEqual(waits ? [next.offset] : [])
      await under.database.query('truncate parked_event')
    }
  })

  it('name the streams whose breaker is open', async () => {
    const breaker = { stream: 'nav.layoffs', openedAt: new Date(monday), code: 'handler-failed', reason: 'all fail' }
    await openBreaker(under.database, breaker)
    await openBreaker(under.database, { ...breaker, openedAt: new Date(monday + 1) })
    expect(await openBreakers(under.database)).toEqual([breaker])
    await closeBreaker(under.database, 'nav.layoffs')
    expect(await openBreakers(under.database)).toEqual([])
  })
})

function layoff(key: Buffer, offset: bigint): RecordToPark {
  return {
    stream: 'nav.layoffs',
    key,
    topic: 'nav.layoffs',
    partition: 0,
    offset,
    recordedAt: monday - 5_000,
    value: Buffer.from(`layoff ${offset}..`),
    headers: encodeHeaders([['ce_id', Buffer.from(String(offset))]]),
    event: { source: '/nav/layoffs', id: String(offset), type: 'nav.layoffs.LayoffRegistered' },
    contentHash: String.fromCharCode(Number(offset)).repeat(32),
  }
}

function bytesOf({ key, offset, value, headers, recordedAt }: RecordToPark): Partial<RecordToPark> {
  return { key, offset, value, headers, recordedAt }
}

function inboxEntry({
  event,
  contentHash,
  topic,
  partition,
  offset,
}: RecordToPark): Parameters<typeof acceptAll>[1][0] {
  const { source = '', id = '', type = '' } = event ?? {}
  return { source, id, type, topic, partition, offset, contentHash: contentHash ?? '', replay: false }
}

/** The first has failed, the others wait behind it. */
async function parked(database: Database, records: readonly RecordToPark[]): Promise<void> {
  await database.transaction((transaction) =>
    park(
      transaction,
      records.map((record, index) => ({ record, failure: index === 0 ? refused : undefined })),
    ),
  )
}
