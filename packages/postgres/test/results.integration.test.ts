import { keepResults, migrate, purgeResults, readResults, type KeptResult } from '@samspill/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { schemaUnderTest, type SchemaUnderTest } from './running-database.ts'

const layoff = { source: '/nav/layoffs', id: '1' }

const result = (number: number, changes: Partial<KeptResult> = {}): KeptResult => ({
  causeSource: layoff.source,
  causeId: layoff.id,
  number,
  eventId: `granted-${number}`,
  type: 'nav.benefits.WageCompensationGranted',
  value: Buffer.from([0, 0, 0, 0, 7, number]),
  ...changes,
})

describe('what a service returned for an event', () => {
  let under: SchemaUnderTest
  beforeAll(async () => {
    under = schemaUnderTest()
    await migrate(under.database, under.schema)
  })
  beforeEach(() => under.database.query('truncate kept_result'))
  afterAll(() => under[Symbol.asyncDispose]())

  it('is found again by that event, in the order in which it was returned', async () => {
    await keepResults(under.database, [
      result(1),
      result(0),
      result(0, { causeSource: '/nav/kafka', eventId: 'other' }),
    ])
    expect(await readResults(under.database, layoff)).toEqual([result(0), result(1)])
    expect(await readResults(under.database, { ...layoff, id: '2' })).toEqual([])
  })

  it('stays what it was when the event is handled again', async () => {
    await keepResults(under.database, [result(0)])
    await keepResults(under.database, [result(0, { value: Buffer.from('rebuilt') })])
    expect(await readResults(under.database, layoff)).toEqual([result(0)])
  })

  it('is removed once it is older than what any stream can still hold', async () => {
    await keepResults(under.database, [result(0), result(1)])
    expect(await purgeResults(under.database, new Date('2020-03-12'))).toBe(0)
    expect(await purgeResults(under.database, new Date(Date.now() + 60_000), 1)).toBe(1)
    expect(await purgeResults(under.database, new Date(Date.now() + 60_000))).toBe(1)
    expect(await readResults(under.database, layoff)).toEqual([])
  })
})
