import { createHash } from 'node:crypto'
import {
  acceptAll,
  isTakenBefore,
  migrate,
  purgedFromInbox,
  purgeInbox,
  takeAll,
  type Acceptance,
  type InboxEntry,
} from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const layoff = (id: string, changes: Partial<InboxEntry> & { says?: string } = {}): InboxEntry => ({
  source: '/nav/layoffs',
  id,
  type: 'nav.layoffs.LayoffRegistered',
  contentHash: createHash('sha256')
    .update(changes.says ?? 'fully laid off')
    .digest('binary'),
  topic: 'nav.layoffs',
  partition: 3,
  offset: 9_007_199_254_740_993n,
  replay: false,
  ...changes,
})

describe('the inbox', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  beforeEach(() => under.database.query('truncate inbox'))
  afterAll(() => under[Symbol.asyncDispose]())

  const accept = (...entries: InboxEntry[]): Promise<readonly Acceptance[]> =>
    under.database.transaction((transaction) => acceptAll(transaction, entries))

  it('takes events it has not seen, and keeps where they stood', async () => {
    expect(await accept(layoff('1'), layoff('2'))).toEqual(['new', 'new'])
    const { rows } = await under.database.query(
      'select topic, partition, record_offset::text, type from inbox where id = $1',
      ['1'],
    )
    expect(rows).toEqual([
      { topic: 'nav.layoffs', partition: 3, record_offset: '9007199254740993', type: 'nav.layoffs.LayoffRegistered' },
    ])
  })

  it('knows an event that comes again', async () => {
    await accept(layoff('1'))
    expect(await accept(layoff('1'), layoff('2'))).toEqual(['seen', 'new'])
  })

  it('tells the same id of two sources apart', async () => {
    await accept(layoff('1'))
    expect(await accept(layoff('1', { source: '/nav/kafka' }))).toEqual(['new'])
  })

  it.each([
    ['came before', ['1', '2']],
    ['stands twice in the batch', ['3', '4', '3']],
  ])('taken for new, an event that %s fails the transaction, and nothing of it stands', async (_, ids) => {
    await accept(layoff('1'))
    const believe = (...entries: InboxEntry[]): Promise<unknown> =>
      under.database.transaction((transaction) => takeAll(transaction, entries)).catch((error: unknown) => error)
    const failure = await believe(...ids.map((id) => layoff(id)))
    expect(isTakenBefore(failure)).toBe(true)
    expect(await accept(layoff('1'))).toEqual(['seen'])
    expect(await believe(layoff('2'), layoff('3'))).toEqual(['new', 'new'])
  })

  it('takes an event once that stands twice in a batch', async () => {
    expect(await accept(layoff('1'), layoff('2'), layoff('1'))).toEqual(['new', 'new', 'seen'])
  })

  it('tells an id that is used again with other content, also inside a batch', async () => {
    expect(await accept(layoff('1'), layoff('1', { says: 'half laid off' }))).toEqual(['new', 'id-reused'])
    expect(await accept(layoff('1', { says: 'half laid off' }))).toEqual(['id-reused'])
  })

  it('takes other content under a known id for seen where history is read again', async () => {
    await accept(layoff('1'))
    expect(await accept(layoff('1', { says: 'half laid off', replay: true }))).toEqual(['seen'])
  })

  it('forgets what a transaction took that was rolled back', async () => {
    const refused = under.database.transaction(async (transaction) => {
      await acceptAll(transaction, [layoff('1')])
      throw new Error('the handler failed')
    })
    await expect(refused).rejects.toThrow('the handler failed')
    expect(await accept(layoff('1'))).toEqual(['new'])
  })

  it('waits for another process that is taking the same event, and then knows it', async () => {
    const other = under.open()
    let second: Promise<readonly Acceptance[]> | undefined
    await under.database.transaction(async (transaction) => {
      await acceptAll(transaction, [layoff('1'), layoff('2')])
      second = other.transaction((rival) => acceptAll(rival, [layoff('2'), layoff('3')]))
      await new Promise((resolve) => setTimeout(resolve, 100))
    })
    expect(await second).toEqual(['seen', 'new'])
  })

  it('takes 2,000 events in one statement', async () => {
    const entries = Array.from({ length: 2_000 }, (_, number) => layoff(`øst-${number}`))
    expect(new Set(await accept(...entries))).toEqual(new Set(['new']))
    expect(new Set(await accept(...entries))).toEqual(new Set(['seen']))
  })

  it('removes old events in bounded steps', async () => {
    await accept(layoff('1'), layoff('2'), layoff('3'))
    const later = new Date(Date.now() + 1_000)
    expect(await purgeInbox(under.database, new Date(0), 2)).toBe(0)
    expect(await purgeInbox(under.database, later, 2)).toBe(2)
    expect(await purgeInbox(under.database, later, 2)).toBe(1)
    expect(await purgeInbox(under.database, later, 2)).toBe(0)
    expect(await purgedFromInbox(under.database)).toBe(3)
  })

  it('keeps the order of handling, and the time that the handlers were told', async () => {
    const handledAt = new Date('2020-03-24T08:00:00.250Z')
    await under.database.transaction((transaction) => acceptAll(transaction, [layoff('b'), layoff('a')], handledAt))
    await accept(layoff('a'), layoff('c'))
    const { rows } = await under.database.query('select id, handled_at = $1 as told from inbox order by sequence', [
      handledAt,
    ])
    expect(rows).toEqual([
      { id: 'b', told: true },
      { id: 'a', told: true },
      { id: 'c', told: false },
    ])
  })
})
