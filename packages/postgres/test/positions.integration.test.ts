import { markStopped, migrate, readPositions, savePosition, type Database } from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const layoffs = { topic: 'nav.layoffs', partition: 0 }
const unreadable = { code: 'decode-truncated', reason: 'the record ends too early', offset: 41n }

describe('positions', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  beforeEach(() => under.database.query('truncate position'))
  afterAll(() => under[Symbol.asyncDispose]())

  const save = (database: Database, from: bigint | undefined, to: bigint): Promise<boolean> =>
    database.transaction((transaction) => savePosition(transaction, layoffs, { from, to }))

  it('are kept from batch to batch', async () => {
    expect(await save(under.database, undefined, 40n)).toBe(true)
    expect(await save(under.database, 40n, 9_007_199_254_740_993n)).toBe(true)
    expect(await readPositions(under.database)).toEqual([
      { ...layoffs, nextOffset: 9_007_199_254_740_993n, stopped: undefined },
    ])
  })

  it('do not move for a process that is behind another', async () => {
    await save(under.database, undefined, 40n)
    await save(under.database, 40n, 80n)
    expect(await save(under.database, 40n, 60n)).toBe(false)
    expect(await save(under.database, undefined, 60n)).toBe(false)
    expect((await readPositions(under.database))[0]?.nextOffset).toBe(80n)
  })

  it.each([{ from: undefined }, { from: 40n }])(
    'move for only one of two processes that handle the same partition at the same time ($from)',
    async ({ from }) => {
      if (from !== undefined) await save(under.database, undefined, from)
      const other = under.open()
      const moved = await Promise.all([save(under.database, from, 60n), save(other, from, 70n)])
      expect(moved.filter(Boolean)).toHaveLength(1)
    },
  )

  it('say why and since when a partition stands still, until it moves', async () => {
    await save(under.database, undefined, 41n)
    await markStopped(under.database, layoffs, unreadable)
    const [first] = await readPositions(under.database)
    await markStopped(under.database, layoffs, {
      ...unreadable,
      code: 'schema-unknown',
      reason: 'nobody knows its schema',
    })
    const [second] = await readPositions(under.database)
    expect(first?.stopped).toMatchObject(unreadable)
    expect(second?.stopped).toMatchObject({ code: 'schema-unknown', since: first?.stopped?.since })
    await save(under.database, 41n, 42n)
    expect(await readPositions(under.database)).toEqual([{ ...layoffs, nextOffset: 42n, stopped: undefined }])
  })

  it('can stop before the first record was handled, and move on from there', async () => {
    await markStopped(under.database, layoffs, unreadable)
    expect(await readPositions(under.database)).toMatchObject([{ nextOffset: undefined, stopped: { offset: 41n } }])
    expect(await save(under.database, undefined, 42n)).toBe(true)
    expect(await readPositions(under.database)).toEqual([{ ...layoffs, nextOffset: 42n, stopped: undefined }])
  })

  it('are not stopped by a note that comes too late', async () => {
    await save(under.database, undefined, 50n)
    await markStopped(under.database, layoffs, unreadable)
    expect((await readPositions(under.database))[0]?.stopped).toBeUndefined()
  })
})
